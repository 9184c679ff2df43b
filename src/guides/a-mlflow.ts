import { correction } from "./corrections.ts";
import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const mlflow = "https://sharinghub.example.org/mlflow";

const before = section(
  {
    guide: "A",
    section: "MLflow: before an upgrade",
    requirement: ["UPG-3"],
    state: doneBy("millwright upgrade plan"),
    today: "millwright upgrade plan mlflow --from V --to V",
  },
  [
    [110, "check", "MLflow's core version fits the SharingHub edition", { correction: correction.mlflowPlugin }],
    [
      111,
      "check",
      "MLflow's PostgreSQL is backed up",
      {
        requirement: ["UPG-3", "BAK-1"],
        state: inKit("backups/mlflow-postgresql.yaml"),
        correction: correction.mlflowPostgres,
        today: "kubectl -n sharinghub create job --from=cronjob/mlflow-postgresql-backup before-upgrade",
      },
    ],
    [112, "check", "Database migrations on the way are reviewed", { correction: correction.mlflowMigration }],
    [
      113,
      "check",
      "SharingHub's permission route answers",
      { state: open.upgrades, today: "curl https://sharinghub.example.org/status" },
    ],
    [
      114,
      "check",
      "Registered models are written down, to compare after",
      { state: open.upgrades, today: `GET ${mlflow}/PROJECT/tracking/api/2.0/mlflow/registered-models/search` },
    ],
  ],
);

const during = section(
  {
    guide: "A",
    section: "MLflow: during an upgrade",
    requirement: ["UPG-3"],
    state: open.upgrades,
    today: "argocd app wait mlflow",
  },
  [
    [
      115,
      "check",
      "The chart's version is raised in Git",
      { requirement: ["UPG-3", "VER-3"], state: doneBy("millwright fix"), today: "millwright fix . --to V --diff" },
    ],
    [
      116,
      "command",
      "The database's migration is watched",
      {
        typed: "kubectl logs -n mlflow -l app=mlflow-sharinghub",
        correction: correction.mlflowMigration,
        today: "kubectl logs -n sharinghub -l app.kubernetes.io/name=mlflow-sharinghub",
      },
    ],
    [
      117,
      "check",
      "The pod is awaited until ready",
      { correction: correction.mlflowNamespace, today: `curl ${mlflow}/health` },
    ],
    [118, "check", "Artifact storage in S3 is reached"],
  ],
);

const after = section(
  {
    guide: "A",
    section: "MLflow: after an upgrade",
    requirement: ["UPG-3"],
    state: open.upgrades,
    today: `open ${mlflow}`,
  },
  [
    [
      119,
      "command",
      "Tracking answers",
      {
        typed: "mlflow runs list --experiment-id 0",
        correction: correction.mlflowSearch,
        today: `POST ${mlflow}/PROJECT/tracking/api/2.0/mlflow/runs/search`,
      },
    ],
    [
      120,
      "command",
      "The registry answers",
      {
        typed: "mlflow models list",
        correction: correction.mlflowModels,
        today: `GET ${mlflow}/PROJECT/tracking/api/2.0/mlflow/registered-models/search`,
      },
    ],
    [121, "check", "A client logs an experiment"],
    [122, "check", "Permissions are asked of SharingHub: allowed where they should be, refused where not"],
    [123, "check", "A newly registered model appears on its STAC item", { correction: correction.stacLink }],
    [124, "check", "An artifact can be downloaded from S3"],
  ],
);

export const mlflowLines: readonly GuideLine[] = [...before, ...during, ...after];
