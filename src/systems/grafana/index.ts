import type { System } from "../contract.ts";

export const grafana: System = {
  id: "grafana",
  title: "Grafana",
  recognition: {
    charts: ["grafana"],
    images: ["grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"],
    apiGroups: ["grafana.integreatly.org"],
  },
};
