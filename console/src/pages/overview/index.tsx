import type { ConsolePage } from "../page.ts";

export const overview: ConsolePage = {
  title: "Overview",
  path: "/",
  icon: "overview",
  routes: [{ path: "/", load: async () => (await import("./overview-page.tsx")).OverviewPage }],
};
