import { Tabs } from "../../parts/tabs.tsx";

const tabs = [
  { id: "environments", title: "Environments" },
  { id: "graph", title: "Dependencies" },
  { id: "matrix", title: "Proven together" },
] as const;

export function ComponentTabs({ current }: { readonly current: (typeof tabs)[number]["id"] }) {
  return <Tabs label="Views of the components" tabs={tabs} current={current} />;
}
