import { useTab } from "../../state/use-search.ts";
import { EntryList } from "./entry-list.tsx";
import { ReportPage } from "./report-page.tsx";
import { WholePage } from "./whole-page.tsx";

/** The log that writes itself: its entries, what a period brought, and the proof that nothing was taken out of it. */
export function JournalPage() {
  const tab = useTab(["entries", "report", "whole"]);
  switch (tab) {
    case "entries":
      return <EntryList />;
    case "report":
      return <ReportPage />;
    case "whole":
      return <WholePage />;
  }
}
