import { Tabs } from "../../parts/tabs.tsx";

const tabs = [
  { id: "entries", title: "Entries" },
  { id: "report", title: "Reports" },
  { id: "whole", title: "Proof and export" },
];

export function JournalTabs({ current }: { readonly current: "entries" | "report" | "whole" }) {
  return <Tabs label="Parts of the journal" tabs={tabs} current={current} />;
}
