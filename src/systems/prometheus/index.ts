import type { System } from "../contract.ts";

export const prometheus: System = {
  id: "prometheus",
  title: "Prometheus",
  recognition: {
    charts: ["prometheus", "kube-prometheus-stack", "kube-prometheus"],
    images: ["prom/prometheus", "prometheus/prometheus", "prometheus-operator/prometheus-operator"],
    repositories: ["prometheus-operator/kube-prometheus"],
    apiGroups: ["monitoring.coreos.com"],
  },
};
