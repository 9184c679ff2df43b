import { defineRule, type Example, type Rule, type Touch } from "../../systems/contract.ts";

const application = (revision: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: gitlab, namespace: argocd }
spec:
  project: mlops
  source: { repoURL: https://charts.gitlab.io, chart: gitlab, targetRevision: ${revision} }
  destination: { server: https://kubernetes.default.svc, namespace: gitlab }
`;

const secret = (value: string): string => `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: openid-connect, namespace: gitlab }
spec:
  encryptedData: { provider: ${value} }
`;

const moved = (name: string, from: string, to: string): Example => ({
  name,
  before: { "gitlab.yaml": application(from) },
  files: { "gitlab.yaml": application(to) },
});

export const illegalMove: Rule = defineRule({
  id: "change-illegal-upgrade",
  title: "A change upgrades further than one step may go",
  group: "change",
  severity: "critical",
  why: "Systems that migrate their data do it in steps. A skipped stop of GitLab leaves migrations that can no longer run, a database outside its window stops the application from starting, and going back means restoring a backup.",
  sources: [
    "gitlabhq/gitlabhq:doc/update/upgrade_paths.md @017a6c129",
    "facts: gitlab-upgrade-path.json, upgrade-rules.json",
  ],
  fix: "Go by the stops, one commit each: `millwright upgrade plan` prints them with what must be true before each.",
  needs: ["change"],
  *check({ change }) {
    for (const move of change.moves) {
      const subject = `${move.system ?? move.kind}/${move.component ?? move.name}`;
      if (move.verdict.kind === "unknown") {
        yield {
          kind: "unknown",
          subject,
          environment: move.environment,
          at: move.at,
          why: `${move.from} → ${move.to}: ${move.verdict.why}`,
          howToLearn: move.verdict.howToLearn,
        };
      }
      if (move.verdict.kind !== "illegal") continue;
      yield {
        kind: "finding",
        subject,
        environment: move.environment,
        at: move.at,
        message: `${move.name} ${move.from} → ${move.to}: ${move.verdict.why}`,
        fix: move.verdict.insteadDo,
      };
    }
  },
  examples: {
    failing: [moved("GitLab 17.1 to 18.1 in one commit, over five stops", "8.1.8", "9.1.4")],
    passing: [moved("a patch of the same minor", "9.8.1", "9.8.2")],
  },
});

export const unrelatedTogether: Rule = defineRule({
  id: "change-unrelated-together",
  title: "One commit upgrades something and changes a secret, where data lies, or another system",
  group: "change",
  severity: "medium",
  why: "When the upgrade fails, reverting the commit also reverts the other thing, and nobody can say which of the two it was. Seen in the wild: GitLab 8.1.3 → 8.3.3 together with a secret, rolled back 17 minutes later.",
  sources: ["eoepca-plus @efa85e7, 153a691, 43a4a53 (facts, platform §7.1)"],
  fix: "Make a commit of each, and merge them one after the other.",
  needs: ["change"],
  *check({ change }) {
    for (const { id, title, touches } of change.commits) {
      const upgrades = touches.filter((touch) => touch.kind === "upgrade");
      const others = touches.filter((touch) => touch.kind !== "upgrade");
      const [first] = upgrades;
      const together: readonly Touch[] = [...upgrades.slice(1), ...others];
      if (first === undefined || together.length === 0) continue;
      const commit = id === "" ? "The change" : `Commit ${id.slice(0, 10)} ("${title}")`;
      yield {
        kind: "finding",
        subject: `upgrade/${first.what}`,
        key: id,
        at: first.at,
        message: `${commit} upgrades ${first.what} together with ${together.map(inWords).join(", ")}.`,
        fix: "Split it: one commit for each, so that each can be reverted alone.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "an upgrade and a secret in one commit",
        before: { "gitlab.yaml": application("9.8.1"), "secret.yaml": secret("AgA1") },
        files: { "gitlab.yaml": application("9.8.2"), "secret.yaml": secret("AgB2") },
      },
    ],
    passing: [moved("an upgrade alone", "9.8.1", "9.8.2")],
  },
});

function inWords(touch: Touch): string {
  switch (touch.kind) {
    case "upgrade":
      return `the upgrade of ${touch.what}`;
    case "secret":
      return touch.what;
    case "storage":
      return `storage in ${touch.what}`;
  }
}
