import type { ReactNode } from "react";
import { useRead } from "../../api/use-read.ts";
import { command, optionsOf } from "../../parts/command.ts";
import { Forbidden } from "../../parts/forbidden.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useMay } from "../../state/session.tsx";
import { useEnvironment, useTab } from "../../state/use-search.ts";
import { Ahead, useAsked } from "./ahead.tsx";
import { BackupsNotSetUp, NotDeclared } from "./not-declared.tsx";
import { Objectives } from "./objectives.tsx";
import { Points } from "./points.tsx";
import { Repositories } from "./repositories.tsx";
import { BackUp } from "./start-runs.tsx";
import { StoreList } from "./store-list.tsx";
import type { StoresRead } from "./stores-read.ts";
import "./backups.css";

const tabs = [
  { id: "stores", title: "Stores", cli: "millwright backup stores" },
  { id: "points", title: "Restore points", cli: "millwright backup points" },
  { id: "objectives", title: "RPO and RTO", cli: "millwright backup rpo" },
  { id: "ahead", title: "Ahead", cli: undefined },
  { id: "repositories", title: "Repositories", cli: "millwright receipt list" },
] as const;

/** What could be brought back, how old it is, and what shows that it can. */
export function BackupsPage() {
  const tab = useTab(["stores", "points", "objectives", "ahead", "repositories"]);
  const environment = useEnvironment();
  const stores = useRead("/backups/stores", { query: { environment } });
  const declared = (stores.data?.environments ?? []).map((one) => one.environment);
  const verb = tabs.find(({ id }) => id === tab)?.cli;
  const asked = useAsked(declared);
  const ahead = command`millwright backup outlook ${asked.on} --environment ${asked.environment || "ENVIRONMENT"}`;
  return (
    <Page
      title="Backups"
      why="What could be brought back, how old that is, and what shows that it can. Only what was restored and compared is proven, and only that has a receipt."
      cli={verb === undefined ? ahead : verb + optionsOf({ environment })}
      actions={declared.length === 0 ? undefined : <BackUp environments={declared} />}
    >
      <Tabs label="Parts of backups" tabs={tabs} current={tab} />
      <Shown stores={stores}>
        {tab === "stores" ? <StoreList stores={stores} /> : undefined}
        {tab === "points" ? <Points stores={stores} /> : undefined}
        {tab === "objectives" ? <Objectives stores={stores} /> : undefined}
        {tab === "ahead" ? <Ahead environments={declared} /> : undefined}
        {tab === "repositories" ? <Repositories stores={stores} /> : undefined}
      </Shown>
    </Page>
  );
}

/** The tab, where there is something to show at all; besides it what is not set up. */
function Shown({ stores, children }: { readonly stores: StoresRead; readonly children: ReactNode }) {
  const environment = useEnvironment();
  const may = useMay("viewer", environment ?? "any");
  if (!may) return <Forbidden needs="viewer" detail={`You may not see ${environment ?? "any environment"}.`} />;
  return (
    <Loaded read={stores} skeleton={<SkeletonCard height={420} />}>
      {({ environments, undeclared }) =>
        environments.length === 0 ? (
          <>
            <NotDeclared environments={environments} undeclared={undeclared} />
            <BackupsNotSetUp environment={environment} />
          </>
        ) : (
          <>
            <NotDeclared environments={environments} undeclared={undeclared} />
            {children}
          </>
        )
      }
    </Loaded>
  );
}
