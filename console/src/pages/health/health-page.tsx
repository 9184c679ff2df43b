import { optionsOf } from "../../parts/command.ts";
import { Page } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useEnvironment, useTab } from "../../state/use-search.ts";
import { ComponentList } from "./component-list.tsx";
import { KeyMetrics } from "./key-metrics.tsx";
import { LogErrors } from "./log-errors.tsx";

const tabs = [
  { id: "components", title: "Components", cli: "millwright health" },
  { id: "metrics", title: "Key metrics", cli: "millwright metric list" },
  { id: "errors", title: "Log errors", cli: "millwright observation signatures" },
] as const;

/** How the platform is: what each component answers, what is measured, and what its logs complain of. */
export function HealthPage() {
  const tab = useTab(["components", "metrics", "errors"]);
  const environment = useEnvironment();
  const verb = tabs.find(({ id }) => id === tab)?.cli;
  return (
    <Page
      title="Health"
      why="What each component answers when it is asked. Trouble is given to the component that has it: what only needs that one is affected by it. Unknown is never taken for healthy."
      cli={verb === undefined ? verb : verb + optionsOf({ environment })}
    >
      <Tabs label="Parts of health" tabs={tabs} current={tab} />
      {tab === "components" ? <ComponentList /> : tab === "metrics" ? <KeyMetrics /> : <LogErrors />}
    </Page>
  );
}
