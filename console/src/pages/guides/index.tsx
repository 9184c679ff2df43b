import type { ConsolePage } from "../page.ts";

export const guides: ConsolePage = {
  title: "Guides",
  path: "/guides",
  icon: "guides",
  routes: [
    { path: "/guides", load: async () => (await import("./guide-list.tsx")).GuideList },
    { path: "/guides/$id", load: async () => (await import("./guide-page.tsx")).GuidePage },
  ],
};
