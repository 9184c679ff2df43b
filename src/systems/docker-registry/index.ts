import type { System } from "../contract.ts";

export const dockerRegistry: System = {
  id: "docker-registry",
  title: "Container registry",
  recognition: {
    charts: ["docker-registry", "harbor"],
    images: ["registry", "library/registry", "goharbor/"],
    repositories: ["goharbor/harbor-helm"],
  },
  keeps: [
    {
      id: "images",
      title: "the images",
      heldBy: [{ kind: "objects" }, { kind: "files" }],
      sources: ["distribution/distribution registry/storage/paths.go (blobs and links, in a bucket or on a volume)"],
    },
  ],
};
