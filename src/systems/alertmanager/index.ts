import type { System } from "../contract.ts";

export const alertmanager: System = {
  id: "alertmanager",
  title: "Alertmanager",
  recognition: { charts: ["alertmanager"], images: ["prom/alertmanager", "prometheus/alertmanager"] },
};
