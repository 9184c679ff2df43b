import { lazy, Suspense } from "react";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useTab } from "../../state/use-search.ts";
import { ComponentTabs } from "./component-tabs.tsx";
import { Environments } from "./environments.tsx";

const GraphTab = lazy(() => import("./graph-tab.tsx").then(({ GraphTab: tab }) => ({ default: tab })));
const MatrixTab = lazy(() => import("./matrix-tab.tsx").then(({ MatrixTab: tab }) => ({ default: tab })));

/** What the platform is made of: environments side by side, who needs whom, and what is known to work together. */
export function ComponentsPage() {
  const tab = useTab(["environments", "graph", "matrix"]);
  if (tab === "environments") return <Environments />;
  return (
    <Suspense
      fallback={
        <Page title="Components" cli={undefined}>
          <ComponentTabs current={tab} />
          <SkeletonCard height={640} />
        </Page>
      }
    >
      {tab === "graph" ? <GraphTab /> : <MatrixTab />}
    </Suspense>
  );
}
