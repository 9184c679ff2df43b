import type { ConsolePage } from "../page.ts";

export const components: ConsolePage = {
  title: "Components",
  path: "/components",
  icon: "components",
  routes: [
    { path: "/components", load: async () => (await import("./components-page.tsx")).ComponentsPage },
    { path: "/components/$name", load: async () => (await import("./component-page.tsx")).ComponentPage },
  ],
};
