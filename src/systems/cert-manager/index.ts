import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isChart, isImage } from "../end-of-life.ts";
import { certManagerProbes } from "./probes.ts";

/** Jetstack releases the chart with the version of the software. */
function appVersionOf(chart: string, version: string): string | undefined {
  return chart === "cert-manager" && /^v?1\.\d+\.\d+$/.test(version) ? version.replace(/^v?/, "v") : undefined;
}

const endOfLife = endOfLifeRule({
  product: "cert-manager",
  title: "cert-manager",
  severity: "medium",
  appVersionOf,
  matches: (pin) => isImage(pin, "jetstack/cert-manager-controller") || isChart(pin, "cert-manager"),
  fix: "Upgrade one minor at a time, each to its newest patch, and read the notes of each.",
  examples: {
    failing: {
      name: "cert-manager 1.17",
      files: imageExample("cert-manager", "quay.io/jetstack/cert-manager-controller:v1.17.4"),
    },
    passing: {
      name: "cert-manager 1.21",
      files: imageExample("cert-manager", "quay.io/jetstack/cert-manager-controller:v1.21.1"),
    },
  },
});

export const certManager: System = {
  id: "cert-manager",
  title: "cert-manager",
  recognition: {
    charts: ["cert-manager"],
    images: ["jetstack/cert-manager-controller", "jetstack/cert-manager-webhook", "jetstack/cert-manager-cainjector"],
    repositories: ["cert-manager/cert-manager"],
    apiGroups: ["cert-manager.io", "acme.cert-manager.io"],
  },
  appVersionOf,
  rules: [endOfLife],
  probes: certManagerProbes,
};
