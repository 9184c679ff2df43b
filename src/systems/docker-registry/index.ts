import type { System } from "../contract.ts";

export const dockerRegistry: System = {
  id: "docker-registry",
  title: "Container registry",
  recognition: {
    charts: ["docker-registry", "harbor"],
    images: ["registry", "library/registry", "goharbor/"],
    repositories: ["goharbor/harbor-helm"],
  },
};
