import type { ConsolePage } from "../page.ts";

export const findings: ConsolePage = {
  title: "Findings",
  path: "/findings",
  icon: "findings",
  routes: [
    { path: "/findings", load: async () => (await import("./finding-list.tsx")).FindingList },
    { path: "/findings/$id", load: async () => (await import("./finding-page.tsx")).FindingPage },
  ],
};
