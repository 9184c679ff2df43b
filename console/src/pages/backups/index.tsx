import type { ConsolePage } from "../page.ts";

export const backups: ConsolePage = {
  title: "Backups",
  path: "/backups",
  icon: "backups",
  routes: [
    { path: "/backups", load: async () => (await import("./backups-page.tsx")).BackupsPage },
    { path: "/backups/$id", load: async () => (await import("./backup-page.tsx")).BackupPage },
    { path: "/backups/points/$id", load: async () => (await import("./point-page.tsx")).PointPage },
    {
      path: "/backups/stores/$environment/$component/$store",
      load: async () => (await import("./store-page.tsx")).StorePage,
    },
  ],
};
