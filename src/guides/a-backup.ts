import { correction } from "./corrections.ts";
import { doneBy, type GuideLine, inKit, type LineState, section } from "./line.ts";
import { dependencyCadences, retentions } from "./numbers.ts";

const graph = section(
  {
    guide: "A",
    section: "Dependencies",
    requirement: ["UPG-6"],
    state: doneBy("millwright graph"),
    today: "millwright graph .",
  },
  [
    [130, "rule", "GitLab needs PostgreSQL, Redis, S3 and Keycloak"],
    [131, "rule", "MLflow needs PostgreSQL, S3 and SharingHub"],
    [132, "rule", "SharingHub needs GitLab and S3"],
    [133, "rule", "All three need cert-manager and an ingress"],
    [134, "rule", "Argo CD deploys all three"],
  ],
);

const cadences = section(
  {
    guide: "A",
    section: "Dependency updates",
    requirement: ["UPG-5", "CAL-1"],
    state: doneBy("millwright outdated"),
    today: "millwright outdated .",
  },
  dependencyCadences.map(({ dependency, every, strategy, check }, index) => [
    135 + index,
    "cadence",
    `${dependency}: ${every === "as needed" ? every : `every ${every}`}, ${strategy}; then check ${check}`,
    dependency === "NGINX ingress" ? { correction: correction.ingressNginx } : {},
  ]),
);

const keptBy: Readonly<Record<string, LineState>> = {
  PostgreSQL: inKit("backups/gitlab-postgresql.yaml"),
  "Git repositories": inKit("argocd-apps/values/gitlab-values.yaml"),
  "LFS objects": inKit("backups/buckets.yaml"),
  "CI/CD artifacts": inKit("backups/buckets.yaml"),
  Secrets: inKit("backups/gitlab-secrets.yaml"),
};

const stores = section(
  {
    guide: "A",
    section: "GitLab's stores",
    requirement: ["BAK-1", "BAK-3"],
    state: doneBy("millwright backup run"),
    today: "kubectl get cronjobs -A",
  },
  retentions.map(({ store, every, days }, index) => [
    150 + index,
    "retention",
    `${store}: every ${every === "before upgrades" ? "time before an upgrade" : every}, kept ${days === undefined ? "for good" : `${days} days`}`,
    {
      ...(keptBy[store] === undefined ? {} : { state: keptBy[store] }),
      ...(store === "Secrets" ? { correction: correction.backupGaps } : {}),
    },
  ]),
);

const others = section(
  {
    guide: "A",
    section: "Other stores",
    requirement: ["BAK-1"],
    state: inKit("backups/"),
    today: "kubectl get cronjobs -A",
  },
  [
    [160, "rule", "GitLab's Redis is saved", { state: inKit("backups/gitlab-valkey.yaml") }],
    [161, "rule", "GitLab's secrets are saved: OIDC credentials, certificates", { correction: correction.backupGaps }],
    [
      162,
      "rule",
      "MLflow's database is saved",
      { state: inKit("backups/mlflow-postgresql.yaml"), correction: correction.mlflowPostgres },
    ],
    [163, "rule", "MLflow's artifacts are saved", { state: inKit("backups/buckets.yaml") }],
    [
      164,
      "rule",
      "SharingHub's configuration is saved: values, categories, tags",
      { state: inKit("argocd-apps/values/sharinghub-values.yaml") },
    ],
    [165, "rule", "SharingHub's secrets are saved", { state: inKit("backups/sharinghub-secrets.yaml") }],
    [
      166,
      "rule",
      "Backups go to a bucket of their own",
      { requirement: ["BAK-2"], state: inKit("backups/target.yaml") },
    ],
    [
      167,
      "rule",
      "Velero saves the Kubernetes objects, where it is installed",
      { requirement: ["BAK-6"], state: inKit("backups/velero-schedule.yaml") },
    ],
    [
      168,
      "rule",
      "Every store is backed up, or said to be disposable",
      { state: doneBy("millwright audit"), today: "millwright audit ." },
    ],
  ],
);

const commands = section(
  {
    guide: "A",
    section: "Backup commands",
    requirement: ["BAK-1", "CMD-2"],
    state: inKit("backups/"),
    today: "make status",
  },
  [
    [
      170,
      "command",
      "GitLab's own backup",
      {
        typed: "kubectl exec -n gitlab deployment/gitlab-toolbox -- backup-utility --skip registry",
        state: inKit("argocd-apps/values/gitlab-values.yaml"),
        correction: correction.backupGaps,
        today: "kubectl -n gitlab create job --from=cronjob/gitlab-toolbox-backup now",
      },
    ],
    [
      171,
      "command",
      "GitLab's backup is in the bucket",
      {
        typed: "aws s3 ls s3://gitlab-backups-bucket/",
        state: doneBy("millwright backup list"),
        correction: correction.backupGaps,
        today: "aws s3 ls s3://gitlab-backups/ --summarize",
      },
    ],
    [
      172,
      "command",
      "MLflow's dump",
      {
        typed: "kubectl exec -n mlflow postgresql-0 -- pg_dump -U mlflow mlflow > mlflow-backup-$(date +%Y%m%d).sql",
        state: inKit("backups/mlflow-postgresql.yaml"),
        correction: correction.mlflowPostgres,
        today: "kubectl -n sharinghub create job --from=cronjob/mlflow-postgresql-backup now",
      },
    ],
    [
      173,
      "command",
      "MLflow's dump goes to the bucket",
      {
        typed: "aws s3 cp mlflow-backup-$(date +%Y%m%d).sql s3://mlflow-backups-bucket/",
        state: inKit("backups/mlflow-postgresql.yaml"),
        today: "restic snapshots --host mlflow-postgresql",
      },
    ],
    ...(["gitlab", "sharinghub", "mlflow"] as const).map(
      (name, index) =>
        [
          174 + index,
          "command",
          `${name}'s values`,
          {
            typed: `helm get values -n ${name} ${name === "mlflow" ? "mlflow-sharinghub" : name} > ${name}-values-backup.yaml`,
            state: inKit(`argocd-apps/values/${name}-values.yaml`),
            correction: correction.argoHasNoRelease,
            today: `git show TAG:argocd-apps/values/${name}-values.yaml`,
          },
        ] as const,
    ),
    ...(["gitlab", "sharinghub"] as const).map(
      (name, index) =>
        [
          177 + index,
          "command",
          `${name}'s OIDC secret`,
          {
            typed: `kubectl get secret -n ${name} ${name}-oidc -o yaml > ${name}-oidc-secret-backup.yaml`,
            state: inKit(`backups/${name}-secrets.yaml`),
            correction: correction.oidcSecret,
            today: `kubectl -n ${name} create job --from=cronjob/${name}-secrets-backup now`,
          },
        ] as const,
    ),
  ],
);

export const backupLines: readonly GuideLine[] = [...graph, ...cadences, ...stores, ...others, ...commands];
