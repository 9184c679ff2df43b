import { Tabs } from "../../parts/tabs.tsx";

const tabs = [
  { id: "orders", title: "Orders" },
  { id: "calendar", title: "Calendar" },
];

export function WorkTabs({ current }: { readonly current: "orders" | "calendar" }) {
  return <Tabs label="Parts of work" tabs={tabs} current={current} />;
}
