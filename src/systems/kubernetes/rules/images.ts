import { defineRule, type Pin } from "../../contract.ts";
import { imageExample } from "../../end-of-life.ts";

/** A tagged image of Docker Hub's `bitnami`; `latest` is what is still published there. */
function isWithdrawn(pin: Pin): boolean {
  const name = pin.name.replace(/^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\//, "");
  return pin.kind === "image" && /^bitnami\/[\w.-]+$/.test(name) && pin.version !== null && /\d/.test(pin.version);
}

export const bitnamiWithdrawn = defineRule({
  id: "end-of-life-bitnami-images",
  title: "Image withdrawn by Bitnami",
  group: "end-of-life",
  severity: "high",
  why: "Bitnami withdrew the versioned tags of docker.io/bitnami on 2025-09-29 and moved them, without updates, to docker.io/bitnamilegacy. A pod that runs goes on running; the next one, on another node, cannot pull.",
  sources: [
    "https://gitlab.com/gitlab-org/charts/gitlab/-/issues/6089",
    "gitlabhq/gitlabhq:doc/update/versions/gitlab_18_changes.md @2d6d52117",
  ],
  fix: "Mirror the image, or use bitnamilegacy/… for the time it takes to move to a maintained one.",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of pins.filter(isWithdrawn)) {
      yield {
        kind: "finding",
        subject: `image/${pin.name}`,
        environment: pin.environment,
        at: { file: pin.file, line: pin.line, column: pin.column },
        message: `${pin.name}:${pin.version} is no longer on Docker Hub`,
        fix: `Use ${pin.name.replace(/bitnami\//, "bitnamilegacy/")}:${pin.version} now, and plan to leave it.`,
      };
    }
  },
  examples: {
    failing: [{ name: "a versioned tag", files: imageExample("db", "bitnami/postgresql:15.4.0") }],
    passing: [
      { name: "the legacy repository", files: imageExample("db", "bitnamilegacy/postgresql:15.4.0") },
      { name: "a mirror", files: imageExample("db", "registry.example.org/bitnami/postgresql:15.4.0") },
    ],
  },
});
