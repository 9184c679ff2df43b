import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isImage } from "../end-of-life.ts";
import { keyMetricsProbe } from "../probes-metrics.ts";

const endOfLife = endOfLifeRule({
  product: "prometheus",
  title: "Prometheus",
  severity: "medium",
  matches: (pin) => isImage(pin, "prom/prometheus", "prometheus/prometheus"),
  fix: "Upgrade to a maintained line, and read the notes of each major crossed.",
  examples: {
    failing: { name: "a line that ended", files: imageExample("prometheus", "prom/prometheus:v2.54.1") },
    passing: { name: "a live line", files: imageExample("prometheus", "prom/prometheus:v3.13.0") },
  },
});

export const prometheus: System = {
  id: "prometheus",
  title: "Prometheus",
  recognition: {
    charts: ["prometheus", "kube-prometheus-stack", "kube-prometheus"],
    images: ["prom/prometheus", "prometheus/prometheus", "prometheus-operator/prometheus-operator"],
    repositories: ["prometheus-operator/kube-prometheus"],
    apiGroups: ["monitoring.coreos.com"],
  },
  rules: [endOfLife],
  probes: [keyMetricsProbe("prometheus")],
};
