import type { ConsolePage } from "../page.ts";

export const runs: ConsolePage = {
  title: "Runs",
  path: "/runs",
  icon: "runs",
  routes: [
    { path: "/runs", load: async () => (await import("./run-list.tsx")).RunList },
    { path: "/runs/new", load: async () => (await import("./new-run.tsx")).NewRun },
    { path: "/runs/$id", load: async () => (await import("./run-page.tsx")).RunPage },
  ],
};
