import type { ConsolePage } from "../page.ts";

export const work: ConsolePage = {
  title: "Work",
  path: "/work",
  icon: "work",
  routes: [
    { path: "/work", load: async () => (await import("./work-page.tsx")).WorkPage },
    { path: "/work/$id", load: async () => (await import("./order-page.tsx")).OrderPage },
  ],
};
