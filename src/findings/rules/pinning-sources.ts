import { defineRule, type Pin, type Rule } from "../../systems/contract.ts";
import { isFilledInLater, ownRepositories, repositoryKey, roleOf } from "./deployed.ts";

const guide = "EOEPCA/document-mlops:docs/admin/maintenance.md @38622f1 (pin versions, then follow releases)";
const wild =
  "eoepca-plus @7a96679: everything ran `targetRevision: main` with `latest` for three months (facts, platform §7.2)";

const application = (source: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  project: shop
  source:
${source}
  destination: { server: https://kubernetes.default.svc, namespace: shop }
`;

const chart = (revision: string): string =>
  application(`    repoURL: https://charts.example.org\n    chart: shop\n${revision}`);
const git = (revision: string): string =>
  application(`    repoURL: https://git.example.org/shop/deploy.git\n    path: deploy\n${revision}`);

export const chartNotPinned: Rule = defineRule({
  id: "pinning-chart",
  title: "A chart is deployed by a range, or by no version at all",
  group: "pinning",
  severity: "high",
  why: "Argo CD and Helm resolve a range whenever they render: the day the chart's author publishes a version is the day it is deployed, window or not, backup or not.",
  sources: [guide, "https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/#helm (ranges and `*`)"],
  fix: "Write the exact version. `millwright outdated` tells what there is, `millwright upgrade plan` in which order to go there.",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of pins) {
      if (pin.kind !== "chart" || !isLoose(pin) || pin.effective?.kind === "known") continue;
      const written = pin.version === null ? "without a version" : `as "${pin.version}"`;
      yield {
        kind: "finding",
        subject: `chart/${pin.name}`,
        environment: pin.environment,
        at: pin,
        message: `Chart ${pin.name} is deployed ${written}: a new release arrives by itself.`,
        fix: `Write the exact version of chart ${pin.name} that runs now.`,
      };
    }
  },
  examples: {
    failing: [
      { name: "an Application asks for a range", files: { "app.yaml": chart('    targetRevision: "4.x"') } },
      { name: "an Application names no version", files: { "app.yaml": chart("    helm: { releaseName: shop }") } },
    ],
    passing: [
      { name: "an exact version", files: { "app.yaml": chart("    targetRevision: 4.2.1") } },
      {
        name: "a dependency's range with its lock",
        files: {
          "Chart.yaml":
            "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - name: redis\n    version: ~20.1\n    repository: https://charts.example.org\n",
          "Chart.lock":
            "dependencies:\n  - name: redis\n    version: 20.1.7\n    repository: https://charts.example.org\ndigest: sha256:00\ngenerated: 2026-01-01T00:00:00Z\n",
        },
      },
    ],
  },
});

export const gitNotPinned: Rule = defineRule({
  id: "pinning-git",
  title: "What is deployed follows a branch of somebody else's repository",
  group: "pinning",
  severity: "high",
  why: "Whatever is pushed to that branch is deployed at the next refresh. The repository that is supposed to say what runs does not change, so neither review nor rollback sees it.",
  sources: [
    guide,
    wild,
    "https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/#git (HEAD when nothing is written)",
  ],
  fix: "Write a tag or a commit. Only this repository itself may be followed by branch.",
  needs: ["pins", "manifests", "files"],
  *check({ pins, manifests, files }) {
    const own = ownRepositories({ manifests, files });
    for (const pin of pins) {
      if (pin.kind !== "git" || !isLoose(pin) || own.has(repositoryKey(pin.name)) || pin.effective?.kind === "known")
        continue;
      const open = isFilledInLater(pin.name);
      yield {
        kind: "finding",
        subject: `git/${pin.name}`,
        key: roleOf(pin),
        environment: pin.environment,
        at: pin,
        message: open
          ? `${pin.name} was never filled in, and it is followed ${followed(pin)}.`
          : `${pin.name} is followed ${followed(pin)}: every push there is deployed here.`,
        fix: open
          ? "Write the repository that is meant, and a tag or a commit of it."
          : `Write a tag or a commit of ${pin.name}.`,
        ...(roleOf(pin) === "deployed" ? {} : { severity: "medium" as const }),
      };
    }
  },
  examples: {
    failing: [
      { name: "an Application follows main", files: { "app.yaml": git("    targetRevision: main") } },
      { name: "an Application names no revision", files: { "app.yaml": git("    directory: { recurse: true }") } },
    ],
    passing: [
      { name: "a tag", files: { "app.yaml": git('    targetRevision: "0.4.1"') } },
      {
        name: "an app of apps that follows this very repository",
        files: {
          "root.yaml": git("    targetRevision: main"),
          "deploy/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\n",
        },
      },
      {
        name: "a chart's values whose generator reads folders of this very repository",
        files: {
          "argocd/values.yaml":
            "applicationsets:\n  root:\n    generators:\n      - git:\n          repoURL: https://git.example.org/shop/deploy.git\n          revision: main\n          directories: [{ path: apps/* }]\n",
          "apps/web/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\n",
        },
      },
      {
        name: "Flux follows the branch of this very repository",
        files: {
          "clusters/main/sync.yaml":
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: { name: fleet, namespace: flux-system }\nspec:\n  url: ssh://git@git.example.org/shop/fleet\n  ref: { branch: main }\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: fleet, namespace: flux-system }\nspec:\n  path: ./clusters/main\n  sourceRef: { kind: GitRepository, name: fleet }\n",
        },
      },
    ],
  },
});

export const actionNotPinned: Rule = defineRule({
  id: "pinning-action",
  title: "A workflow uses an action by a tag that moves, or by a branch",
  group: "pinning",
  severity: "medium",
  why: "`@v3` and `@main` are re-pointed by the action's owner, or by whoever took over the account; the action runs with the workflow's token. Milder for the actions of GitHub itself, who runs the workflow anyway.",
  sources: [
    "https://docs.github.com/en/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions#using-third-party-actions (pin to a full-length commit SHA)",
  ],
  fix: "Write the full commit and keep the release in a comment: `uses: actions/checkout@<40 hex> # v5.0.0`.",
  needs: ["pins", "files"],
  *check({ pins, files }) {
    for (const pin of pins) {
      if (pin.kind !== "action" || !isLoose(pin) || isOfThisRepository(pin.name, files)) continue;
      yield {
        kind: "finding",
        subject: `action/${pin.name}`,
        environment: pin.environment,
        at: pin,
        message: `${pin.name}@${pin.version ?? ""} can be re-pointed by its owner.`,
        fix: `Pin ${pin.name} to the full commit of its release.`,
        ...(/^(actions|github)\//.test(pin.name) ? { severity: "low" as const } : {}),
      };
    }
  },
  examples: {
    failing: [
      { name: "a major version's tag", files: { ".github/workflows/check.yml": workflow("actions/checkout@v3") } },
    ],
    passing: [
      {
        name: "a full commit",
        files: { ".github/workflows/check.yml": workflow(`actions/checkout@${"a1".repeat(20)}`) },
      },
      {
        name: "an action that lies in this repository",
        files: {
          ".github/workflows/check.yml": workflow("shop/deploy/.github/actions/setup@main"),
          ".github/actions/setup/action.yml": "name: setup\nruns:\n  using: composite\n  steps: []\n",
        },
      },
    ],
  },
});

function workflow(uses: string): string {
  return `on: push\njobs:\n  check:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: ${uses}\n`;
}

function isLoose(pin: Pin): boolean {
  return pin.state === "moving" || pin.state === "range" || pin.state === "missing";
}

function followed({ version }: Pin): string {
  if (version === null) return "without a revision, which means its default branch";
  return /^HEAD$/i.test(version) ? `as "${version}", its default branch` : `by the branch "${version}"`;
}

/** Actions and reusable workflows that lie in this repository: whoever changes them changes the workflow as well. */
function isOfThisRepository(name: string, files: readonly { readonly path: string }[]): boolean {
  const path = name.split("/").slice(2).join("/");
  return path.startsWith(".github/") && files.some((file) => file.path === path || file.path.startsWith(`${path}/`));
}
