/** A trap of the real systems that files in a repository cannot show, why, and what would tell. */
export interface BlindSpot {
  readonly trap: string;
  readonly why: string;
  readonly howToLearn: string;
}

export const blindSpots: readonly BlindSpot[] = [
  {
    trap: "GitLab's background migrations of the last hop are not finished",
    why: "their state is in the database",
    howToLearn: "SELECT … FROM batched_background_migrations WHERE status NOT IN (3, 6), in every application database",
  },
  {
    trap: "An upgrade check that is off on a second sync",
    why: "off is right on the very first sync, and the repository does not know which sync comes next",
    howToLearn: "does a ConfigMap <release>-gitlab-chart-info exist in the cluster?",
  },
  {
    trap: "The schema is older or newer than the running version",
    why: "it is in the database",
    howToLearn: "MLflow: SELECT version_num FROM alembic_version; GitLab: gitlab-rake db:migrate:status",
  },
  {
    trap: "PostgreSQL's running version differs from the image's tag",
    why: "a data directory of another major does not start, and managed servers are not in the repository",
    howToLearn: "SHOW server_version_num",
  },
  {
    trap: "Another edition was installed before: CE after EE",
    why: "history of the installation",
    howToLearn: "GET /api/v4/metadata, and the log of earlier upgrades",
  },
  {
    trap: "Conditional stops: large tables, NPM packages, several web nodes",
    why: "the conditions are counts in the database",
    howToLearn: "the query that the upgrade plan prints with the stop",
  },
  {
    trap: "SharingHub is green while GitLab is down",
    why: "its probes ask only itself",
    howToLearn: "ask for an item, with a token: /api/stac/collections/ID/items?limit=1",
  },
  {
    trap: "A garbage token passes MLflow's login",
    why: "SharingHub's /api/auth/info never asks GitLab",
    howToLearn: "search a known object and expect to find it",
  },
  {
    trap: "A changed Secret or ConfigMap never reaches the process",
    why: "both charts read them once, at start",
    howToLearn: "compare the pod's start with the Secret's change",
  },
  {
    trap: "A registered model is missing on its STAC item",
    why: "failures of the link are swallowed",
    howToLearn: "compare registered-models/search with the item's links",
  },
  {
    trap: "The backup archive is incomplete though the log says DONE",
    why: "the tool reports success without looking",
    howToLearn: "the object's size and its backup_information.yml; in the end, a restore",
  },
  {
    trap: "The backup job was switched off, or failed",
    why: "a manifest says what should run",
    howToLearn: "kubectl get cronjobs -A (last successful time)",
  },
  {
    trap: "A floating 2.14.x core inside one MLflow image tag",
    why: "decided when the image was built",
    howToLearn: "GET /mlflow/version",
  },
  {
    trap: "Reviews are not required on production",
    why: "the forge's setting",
    howToLearn: "the protected branches and tags of the project",
  },
  {
    trap: "A SealedSecret is bound to a sealing key that is gone",
    why: "only the controller knows",
    howToLearn: "kubectl get sealedsecrets -A (its conditions)",
  },
];

/** A make target whose tool a machine may lack: what was tried then. */
export interface Refusal {
  readonly target: string;
  readonly tool: string;
}

export const refusals: readonly Refusal[] = [
  { target: "validate", tool: "terraform" },
  { target: "format", tool: "terraform" },
  { target: "docker-clean", tool: "docker" },
  { target: "docker-build", tool: "docker" },
  { target: "docker-security-scan", tool: "trivy" },
];
