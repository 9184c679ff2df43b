import { compareReleases } from "../../../kernel/version.ts";
import { isBefore, releaseOf } from "../../ask.ts";
import { defineRule } from "../../contract.ts";
import table from "../chart-versions.json" with { type: "json" };
import { gitlabExample, installedIn } from "../installed.ts";

/** The oldest GitLab that runs on this Kubernetes minor; undefined when the table does not list it. */
function oldestFor(kubernetes: string): string | undefined {
  const minor = releaseOf(kubernetes)?.slice(0, 2) ?? [];
  return table.kubernetes_support.find((row) => compareReleases(releaseOf(row.kubernetes) ?? [], minor) === 0)
    ?.min_gitlab;
}

const platform = (kubernetes: string): string =>
  `environments:\n  - name: production\n    paths: [prod]\n    kubernetes: "${kubernetes}"\n`;

export const kubernetesTooNew = defineRule({
  id: "gitlab-kubernetes-too-new",
  title: "This Kubernetes is newer than this GitLab supports",
  group: "gitlab",
  severity: "medium",
  why: "Each Kubernetes minor is supported from some GitLab version on. Upgrading the cluster first means running GitLab on a combination that upstream does not test, and its chart may ask for APIs that are gone.",
  sources: [table.kubernetes_support_source],
  fix: "Upgrade GitLab to the version that supports the cluster's Kubernetes before the cluster itself.",
  needs: ["configurations", "pins", "platform"],
  *check({ configurations, pins, platform: { environments } }) {
    for (const { version, subject, environment, at } of installedIn(configurations, pins)) {
      const kubernetes = environments.find(({ name }) => name === environment)?.kubernetes;
      const oldest = kubernetes === undefined ? undefined : oldestFor(kubernetes);
      if (oldest === undefined || !isBefore(version, oldest)) continue;
      yield {
        kind: "finding",
        subject,
        environment,
        at,
        message: `GitLab ${version} on Kubernetes ${kubernetes}: supported from GitLab ${oldest} on`,
        fix: `Upgrade GitLab to ${oldest} or newer, or stay on an older Kubernetes.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a cluster ahead of GitLab",
        files: {
          "prod/gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce"),
          "millwright.yaml": platform("1.35"),
        },
      },
    ],
    passing: [
      {
        name: "a supported pair",
        files: {
          "prod/gitlab.yaml": gitlabExample("9.9.1", "global:\n  edition: ce"),
          "millwright.yaml": platform("1.35"),
        },
      },
    ],
  },
});
