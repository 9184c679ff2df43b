import { correction } from "./corrections.ts";
import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const pinning = section(
  {
    guide: "A",
    section: "Version pinning",
    requirement: ["VER-2"],
    state: doneBy("millwright audit"),
    today: "millwright audit .",
  },
  [
    [1, "rule", "No tag latest, for charts and for images"],
    [2, "rule", "Chart versions exact, in targetRevision", { state: doneBy("millwright fix") }],
    [3, "rule", "Image tags exact, in image.tag of the values", { state: doneBy("millwright fix") }],
    [4, "rule", "An image tag is a commit's SHA or a semantic version"],
    [
      5,
      "check",
      "A matrix of the versions that were proven together is kept",
      { requirement: ["VER-6"], state: doneBy("millwright matrix"), today: "millwright matrix" },
    ],
    [
      6,
      "cadence",
      "Once a quarter, review what could be upgraded",
      { requirement: ["VER-5", "CAL-1"], state: doneBy("millwright outdated"), today: "millwright outdated ." },
    ],
    [
      7,
      "rule",
      "Pinned, yet not stale: upgrades are scheduled, not put off",
      { requirement: ["VER-5"], state: doneBy("millwright outdated"), today: "millwright outdated ." },
    ],
    [
      8,
      "check",
      "Upstream's releases are watched",
      { requirement: ["VER-4"], state: doneBy("millwright outdated"), today: "millwright outdated ." },
    ],
    [
      9,
      "rule",
      "The three components move independently of each other",
      { requirement: ["VER-1", "UPG-6"], state: doneBy("millwright inventory"), today: "millwright inventory ." },
    ],
    [
      10,
      "rule",
      "GitLab: the chart fixes the application and its images",
      { requirement: ["VER-7"], correction: correction.gitlabImages },
    ],
    [11, "rule", "SharingHub: chart and image version", { requirement: ["VER-7"], correction: correction.chartHome }],
    [
      12,
      "rule",
      "MLflow SharingHub: chart and image version",
      { requirement: ["VER-7"], correction: correction.chartHome },
    ],
  ],
);

const gitops = section(
  {
    guide: "A",
    section: "GitOps with Argo CD",
    requirement: ["CFG-2"],
    state: doneBy("millwright assess"),
    today: "millwright assess .",
  },
  [
    [
      13,
      "rule",
      "Application manifests stand in Git",
      { requirement: ["CFG-1"], state: inKit("argocd-apps/"), today: "millwright inventory ." },
    ],
    [
      14,
      "rule",
      "Helm values stand in Git",
      { requirement: ["CFG-1"], state: inKit("argocd-apps/values/"), today: "millwright inventory ." },
    ],
    [
      15,
      "rule",
      "Secrets stand in Git only sealed",
      { requirement: ["SEC-5", "SEC-10"], state: doneBy("millwright audit"), today: "millwright audit ." },
    ],
    [16, "check", "What runs is compared with what is in Git"],
    [
      17,
      "check",
      "Drift is noticed",
      {
        state: inKit("monitoring/prometheus/rules/platform.yaml"),
        today: "argocd app diff gitlab",
      },
    ],
    [
      18,
      "check",
      "Drift is put back, by itself or by hand",
      { state: open.upgrades, today: "argocd app sync NAME", correction: correction.selfHeal },
    ],
  ],
);

const drift = section(
  {
    guide: "A",
    section: "Drift prevention",
    requirement: ["CFG-1"],
    state: doneBy("millwright audit"),
    today: "millwright audit .",
  },
  [
    [19, "rule", "Automated sync with prune"],
    [20, "rule", "selfHeal puts drift back", { correction: correction.selfHeal }],
    [21, "rule", "Syncs are retried"],
    [
      22,
      "rule",
      "All changes go through Git",
      { requirement: ["CFG-4"], state: doneBy("millwright assess"), today: "millwright assess ." },
    ],
    [
      23,
      "check",
      "Changes by kubectl are noticed",
      { requirement: ["CFG-4"], state: doneBy("millwright assess"), today: "millwright assess ." },
    ],
    [
      24,
      "check",
      "A manual change of a managed object alerts",
      { requirement: ["CFG-2"], state: inKit("monitoring/prometheus/rules/platform.yaml"), today: "make test" },
    ],
    [
      25,
      "rule",
      "Sealed Secrets or External Secrets carry secrets",
      { requirement: ["SEC-10"], state: inKit("secrets/"), today: "make validate" },
    ],
    [
      26,
      "cadence",
      "OAuth client secrets are rotated quarterly",
      { requirement: ["SEC-5"], state: doneBy("millwright duty list"), today: "millwright duty list" },
    ],
    [
      27,
      "cadence",
      "Database passwords are changed yearly",
      { requirement: ["SEC-5"], state: doneBy("millwright duty list"), today: "millwright duty list" },
    ],
    [
      28,
      "rule",
      "cert-manager renews TLS certificates",
      {
        requirement: ["SEC-5"],
        state: inKit("monitoring/prometheus/rules/platform.yaml"),
        today: "kubectl get certificates -A",
      },
    ],
    [29, "rule", "Releases of the repository are tagged", { requirement: ["CFG-3"], today: "git tag --list" }],
    [
      30,
      "rule",
      "Environments stand apart, by branch or by path",
      { requirement: ["CFG-3"], state: inKit("environments/"), today: "millwright init" },
    ],
    [
      31,
      "rule",
      "Changes of production need a review",
      {
        requirement: ["CFG-3"],
        state: doneBy("millwright forge show"),
        today: "look at the protected branches and tags of your forge",
      },
    ],
  ],
);

const structure = section(
  {
    guide: "A",
    section: "Repository structure",
    requirement: ["CFG-1"],
    state: inKit("argocd-apps/"),
    today: "millwright scaffold DIR",
  },
  [
    [32, "path", "argocd-apps/gitlab-application.yaml", { state: inKit("argocd-apps/gitlab-application.yaml") }],
    [
      33,
      "path",
      "argocd-apps/sharinghub-application.yaml",
      { state: inKit("argocd-apps/sharinghub-application.yaml") },
    ],
    [34, "path", "argocd-apps/mlflow-application.yaml", { state: inKit("argocd-apps/mlflow-application.yaml") }],
    [35, "path", "argocd-apps/values/gitlab-values.yaml", { state: inKit("argocd-apps/values/gitlab-values.yaml") }],
    [
      36,
      "path",
      "argocd-apps/values/sharinghub-values.yaml",
      { state: inKit("argocd-apps/values/sharinghub-values.yaml") },
    ],
    [37, "path", "argocd-apps/values/mlflow-values.yaml", { state: inKit("argocd-apps/values/mlflow-values.yaml") }],
    [38, "rule", "An Application has its own project", { state: inKit("argocd-apps/project.yaml") }],
    [39, "rule", "An Application names chart, exact version and value files", { correction: correction.valueFiles }],
    [40, "rule", "The namespace is created by the sync"],
  ],
);

export const versionLines: readonly GuideLine[] = [...pinning, ...gitops, ...drift, ...structure];
