import type { ConsolePage } from "../page.ts";

export const documents: ConsolePage = {
  title: "Documents",
  path: "/documents",
  icon: "documents",
  routes: [
    { path: "/documents", load: async () => (await import("./documents-page.tsx")).DocumentsPage },
    { path: "/documents/symptoms/$id", load: async () => (await import("./symptom-page.tsx")).SymptomPage },
  ],
};
