import type { ConsolePage } from "../page.ts";

export const journal: ConsolePage = {
  title: "Journal",
  path: "/journal",
  icon: "journal",
  routes: [
    { path: "/journal", load: async () => (await import("./journal-page.tsx")).JournalPage },
    { path: "/journal/$sequence", load: async () => (await import("./entry-page.tsx")).EntryPage },
  ],
};
