/** A trap of the real systems that no repository can show, and what would. */
export interface NotShown {
  readonly trap: string;
  /** Where the trap is known from. */
  readonly source: string;
  readonly why: string;
  /** The command, probe or question that would tell. */
  readonly whatWouldTell: string;
}

const server = "csgroup-oss/sharinghub-server@0.4.0";
const plugin = "csgroup-oss/mlflow-sharinghub@0.2.0";
const toolbox = "tachyons/gitlab-pages:gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4";

/** The traps that have no rule, each with its reason; `docs/coverage.md` prints them. */
export const notShown: readonly NotShown[] = [
  {
    trap: "Background migrations of the last hop are unfinished or failed, and the next upgrade stops in the middle",
    source: "gitlabhq/gitlabhq:doc/update/background_migrations.md @07a952456",
    why: "their state is in GitLab's database",
    whatWouldTell:
      "SELECT job_class_name FROM batched_background_migrations WHERE status NOT IN (3, 6), in main and ci: no rows",
  },
  {
    trap: "The list of background migrations over the API is cut at 20 for each database",
    source: "gitlabhq/gitlabhq:app/finders/database/batched_background_migrations_finder.rb @7a03534ed",
    why: "a repository does not show what a gate was answered",
    whatWouldTell: "the SQL gate; the API is for showing progress only",
  },
  {
    trap: "GitLab's chart-info says what was applied last, which can be ahead of the database",
    source: "integratop/gitlab-org-charts-mirror@3403350c8 templates/chart-info.yaml",
    why: "both are in the cluster",
    whatWouldTell: "GET /api/v4/metadata and the state of the schema migrations",
  },
  {
    trap: "A conditional stop applies (large users table, large pipeline history, NPM packages, several web nodes)",
    source: "gitlabhq/gitlabhq:doc/update/upgrade_paths.md @017a6c129",
    why: "the conditions are counts in GitLab's database",
    whatWouldTell: "the query that the upgrade plan prints with the stop",
  },
  {
    trap: "GitLab's health routes answer 404 from addresses that are not on the allow-list",
    source: "GitLab's health check code; chart values gitlab.webservice.monitoring.ipWhitelist",
    why: "which address a probe comes from is decided by the cluster's network",
    whatWouldTell: "GET /-/readiness from the monitoring's own pod: 404 means not listed",
  },
  {
    trap: "The registry's regionendpoint has no scheme, which the S3 driver of GitLab 19 refuses",
    source: "gitlabhq/gitlabhq:doc/update/versions/gitlab_19_changes.md",
    why: "the registry's storage configuration is a Secret in the cluster",
    whatWouldTell: "kubectl get secret NAME -o jsonpath='{.data.config}' | base64 -d | grep regionendpoint",
  },
  {
    trap: "The amcheck extension is missing before chart 9.4",
    source: "integratop/gitlab-org-charts-mirror@3403350c8 doc/releases/9_0.md",
    why: "extensions are in the database",
    whatWouldTell: "SELECT extname FROM pg_extension",
  },
  {
    trap: "A toolbox backup says DONE and nothing was uploaded, or two runs in one pod destroyed each other",
    source: toolbox,
    why: "only the bucket shows what arrived",
    whatWouldTell: "the object's size and its backup_information.yml; a restore proves it",
  },
  {
    trap: "--maximum-backups of the toolbox never prunes a backup with a name of its own (-t) where the AWS tool lists the bucket, and where s3cmd does counts whatever lies there",
    source: toolbox,
    why: "which names are in the bucket is not in the repository",
    whatWouldTell: "a listing of the backup bucket",
  },
  {
    trap: "The toolbox runs out of disk while it packs a backup",
    source: "integratop/gitlab-org-charts-mirror@3403350c8 charts/gitlab/charts/toolbox/values.yaml (persistence off)",
    why: "the size of the data and of the node's disk are not in the repository",
    whatWouldTell: "the CronJob's events, and the bucket sizes against the volume",
  },
  {
    trap: "The rails secret is there and does not fit the database",
    source: "gitlab:doctor:secrets",
    why: "it shows only when values are decrypted",
    whatWouldTell: "gitlab-rake gitlab:doctor:secrets",
  },
  {
    trap: "Bucket names in values differ from the buckets that exist",
    source: "EOEPCA/deployment-guide eoepca-2.0 scripts/mlops (mlopbb and mlopsbb)",
    why: "buckets are made by scripts or by hand, outside what the repository declares",
    whatWouldTell: "a listing with the component's own credentials",
  },
  {
    trap: "MLflow's database password contains a character that breaks the store's URI, and stands in the process arguments",
    source: `${plugin} deploy/helm/mlflow-sharinghub/templates/deployment.yaml`,
    why: "the password is in a Secret",
    whatWouldTell: "the start log of the pod; choose passwords of letters and digits",
  },
  {
    trap: "MLflow refuses to start on the schema of another version",
    source: "mlflow/mlflow mlflow/store/db/utils.py",
    why: "the schema's version is in the database",
    whatWouldTell: "SELECT version_num FROM alembic_version, against the new image's head",
  },
  {
    trap: "A rebuilt plugin image carries another MLflow patch than the one before",
    source: `${plugin} pyproject.toml (mlflow~=2.14.1)`,
    why: "the tag does not say what was installed",
    whatWouldTell: "GET /version",
  },
  {
    trap: "MLflow objects without the project tag are invisible to everybody",
    source: `${plugin} (PROJECT_TAG)`,
    why: "tags are in the store",
    whatWouldTell: "a count of experiments without the tag project, in the database",
  },
  {
    trap: "Models logged by MLflow 3 clients, or without a Python flavour, are missing from STAC without a message",
    source: `${server} app/stac`,
    why: "what clients log is in the store",
    whatWouldTell: "the registry's models against the links rel=mlflow:model of the items",
  },
  {
    trap: "A changed Secret or ConfigMap never reaches the running pod of SharingHub or MLflow",
    source:
      "csgroup-oss/sharinghub@0.4.2 and mlflow-sharinghub@0.2.0 templates (no checksum annotation, subPath mount)",
    why: "when the pod started and when the secret changed are facts of the cluster",
    whatWouldTell: "the pod's start time against the secret's last change; then kubectl rollout restart",
  },
  {
    trap: "Rotating session-secret-key logs everybody out",
    source: "csgroup-oss/sharinghub@0.4.2 deploy/helm/sharinghub/templates/deployment.yaml",
    why: "it is an effect, not a state",
    whatWouldTell: "the date of the rotation; announce it",
  },
  {
    trap: "SharingHub's caches keep a revoked right for minutes, and an item stale for as long as it is asked for",
    source: `${server} app/stac/views.py`,
    why: "caches are in the memory of each worker",
    whatWouldTell: "asking with another user, or slower than the cache time",
  },
  {
    trap: "A project without a category makes SharingHub and MLflow answer 500",
    source: `${server} get_categories_from_topics`,
    why: "topics are in GitLab",
    whatWouldTell: "GitLab's projects without one of the configured topics",
  },
  {
    trap: "An expired probe token passes as authenticated, because /api/auth/info never asks GitLab",
    source: `${server} /api/auth/info`,
    why: "whether a token is valid is known to GitLab only",
    whatWouldTell: "a probe that expects a known object, never only a status",
  },
  {
    trap: "GitLab's OAuth application lacks the scopes that SharingHub 0.3 asks for",
    source: `${server} CHANGELOG.md 0.3.0`,
    why: "the application is in GitLab's database",
    whatWouldTell: "a login; GET /api/v4/applications as an administrator",
  },
  {
    trap: "The dump of a database is empty, because nothing writes to that database",
    source: "EOEPCA/deployment-guide@d8e38cf (the rule mlflow-database-not-used shows the cause where it can)",
    why: "rows are in the database",
    whatWouldTell: "a restore with the counts compared; pg_isready proves only a listener",
  },
  {
    trap: "A PostgreSQL data directory of another major does not start",
    source: "https://access.crunchydata.com/documentation/postgresql16/16.16/upgrading.html",
    why: "one state of a repository has one version",
    whatWouldTell: "audit --since: the change that moves the major is a finding",
  },
  {
    trap: "Redis data of a newer version cannot be read by an older one",
    source: "https://github.com/redis/redis/discussions/9488",
    why: "one state of a repository has one version",
    whatWouldTell: "audit --since on the change that goes back",
  },
  {
    trap: "A patch bump of a chart carries a minor of its software",
    source: "https://github.com/argoproj/argo-helm/discussions/3885",
    why: "what a chart version installs is known from its index",
    whatWouldTell: "outdated, with the chart repository's index at hand",
  },
  {
    trap: "Argo CD does not try a failed sync of the same commit again",
    source: "argoproj/argo-cd:docs/user-guide/auto_sync.md @0444e4b99",
    why: "whether a sync failed is in the cluster; the missing retry is the rule argocd-no-retry",
    whatWouldTell: "argocd app get NAME, the operation's phase",
  },
  {
    trap: "Keycloak's schema has migrated and the old version cannot start on it",
    source: "https://docs.openshift.com/en/documentation/red_hat_build_of_keycloak/26.6/html/upgrading_guide/upgrading",
    why: "the schema's version is in the database",
    whatWouldTell: "the backup of its database from before the upgrade",
  },
  {
    trap: "A mirror or node still has a withdrawn image, so that its loss shows only when a pod moves",
    source: "https://gitlab.com/gitlab-org/charts/gitlab/-/issues/6089",
    why: "what nodes have cached is not in the repository",
    whatWouldTell: "pulling the image on a fresh node",
  },
  {
    trap: "The backup job that a manifest describes was suspended in the cluster, or fails every night",
    source: "guide B: backup status is looked at daily",
    why: "a manifest says what should run, not what did",
    whatWouldTell: "kubectl get cronjobs -A (last successful time), and the age of the newest object in the bucket",
  },
  {
    trap: "A SealedSecret is bound to a sealing key that is gone",
    source: "eoepca-plus @dc7bcb3, f3aff08 (secrets sealed anew again and again; facts, platform §7.4)",
    why: "only the controller knows its keys",
    whatWouldTell: "kubectl get sealedsecrets -A (their conditions)",
  },
  {
    trap: "Reviews are not required on production",
    source: "guide A: pull request reviews for production changes",
    why: "that is a setting of the forge, not of the repository",
    whatWouldTell: "the protected branches and tags of the project",
  },
  {
    trap: "GitLab CE was installed after EE, and the schema differs",
    source: "gitlabhq/gitlabhq:doc/update/versions/gitlab_18_changes.md @2d6d52117 (fixed in 18.0.2)",
    why: "it is history of the installation",
    whatWouldTell: "GET /api/v4/metadata, and the log of earlier upgrades",
  },
];
