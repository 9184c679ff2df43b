import type { ConsolePage } from "../page.ts";

export const health: ConsolePage = {
  title: "Health",
  path: "/health",
  icon: "health",
  routes: [
    { path: "/health", load: async () => (await import("./health-page.tsx")).HealthPage },
    {
      path: "/health/$environment/$component",
      load: async () => (await import("./component-page.tsx")).ComponentHealthPage,
    },
  ],
};
