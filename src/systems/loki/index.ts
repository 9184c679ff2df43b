import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isImage } from "../end-of-life.ts";
import { keyMetricsProbe } from "../probes-metrics.ts";

const endOfLife = endOfLifeRule({
  product: "grafana-loki",
  title: "Loki",
  severity: "medium",
  matches: (pin) => isImage(pin, "grafana/loki"),
  fix: "Upgrade to a maintained line, and read the notes of each major crossed.",
  examples: {
    failing: { name: "a line that ended", files: imageExample("loki", "grafana/loki:3.4.2") },
    passing: { name: "a live line", files: imageExample("loki", "grafana/loki:3.7.0") },
  },
});

export const loki: System = {
  id: "loki",
  title: "Loki",
  recognition: {
    charts: ["loki", "loki-stack", "loki-distributed"],
    images: ["grafana/loki"],
    apiGroups: ["loki.grafana.com"],
  },
  rules: [endOfLife],
  probes: [keyMetricsProbe("loki")],
};
