import { useTab } from "../../state/use-search.ts";
import { CalendarTab } from "./calendar-tab.tsx";
import { OrderList } from "./order-list.tsx";

/** What is to be done: as a list, and by time. */
export function WorkPage() {
  return useTab(["orders", "calendar"]) === "orders" ? <OrderList /> : <CalendarTab />;
}
