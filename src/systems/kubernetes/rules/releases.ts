import { defineRule } from "../../contract.ts";
import { datesOf, endedLine } from "../../end-of-life.ts";

export const kubernetesEnded = defineRule({
  id: "end-of-life-kubernetes",
  title: "The cluster's Kubernetes gets no more fixes",
  group: "end-of-life",
  severity: "high",
  why: "Upstream maintains the newest three minors for about a year each. A control plane cannot skip minors, so each year of waiting adds three upgrades to do in a row.",
  sources: [datesOf("kubernetes"), "kubernetes/website:content/en/releases/version-skew-policy.md @01bc09751"],
  fix: "Plan the upgrade minor by minor: millwright upgrade plan kubernetes. A vendor may support its own line longer; then suppress this with that date.",
  needs: ["platform", "now"],
  *check({ platform, now }) {
    for (const { name, kubernetes } of platform.environments) {
      const ended = kubernetes === undefined ? undefined : endedLine("kubernetes", kubernetes, now);
      if (ended === undefined) continue;
      yield {
        kind: "finding",
        subject: "cluster",
        environment: name,
        at: { file: "millwright.yaml", line: 1, column: 1 },
        message: `${name} runs Kubernetes ${kubernetes}: line ${ended.line} ended on ${ended.on}`,
        fix: "Upgrade one minor at a time, control plane first.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a line that ended",
        files: { "millwright.yaml": 'environments:\n  - name: production\n    kubernetes: "1.31"\n' },
      },
    ],
    passing: [
      {
        name: "a live line",
        files: { "millwright.yaml": 'environments:\n  - name: production\n    kubernetes: "1.36"\n' },
      },
    ],
  },
});
