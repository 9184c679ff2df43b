import type { System } from "../contract.ts";

export const trivy: System = {
  id: "trivy",
  title: "Trivy",
  recognition: {
    charts: ["trivy", "trivy-operator"],
    images: ["aquasecurity/trivy", "aquasec/trivy", "aquasecurity/trivy-operator", "aquasec/trivy-operator"],
    apiGroups: ["aquasecurity.github.io"],
  },
};
