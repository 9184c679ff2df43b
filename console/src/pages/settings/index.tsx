import type { ConsolePage } from "../page.ts";

export const settings: ConsolePage = {
  title: "Settings",
  path: "/settings",
  icon: "settings",
  routes: [{ path: "/settings", load: async () => (await import("./settings-page.tsx")).SettingsPage }],
};
