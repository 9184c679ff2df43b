import type { ConsolePage } from "../page.ts";

export const incidents: ConsolePage = {
  title: "Incidents",
  path: "/incidents",
  icon: "incidents",
  routes: [
    { path: "/incidents", load: async () => (await import("./incident-list.tsx")).IncidentList },
    { path: "/incidents/$id", load: async () => (await import("./incident-page.tsx")).IncidentPage },
  ],
};
