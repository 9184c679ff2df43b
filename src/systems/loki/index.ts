import type { System } from "../contract.ts";

export const loki: System = {
  id: "loki",
  title: "Loki",
  recognition: {
    charts: ["loki", "loki-stack", "loki-distributed"],
    images: ["grafana/loki"],
    apiGroups: ["loki.grafana.com"],
  },
};
