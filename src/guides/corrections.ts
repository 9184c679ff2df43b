/** Where a guide contradicts the real systems: what holds instead, and where that was read. */
export interface Correction {
  readonly id: string;
  readonly text: string;
  readonly source: string;
}

const platform = "csgroup-oss/sharinghub-server";

/** Each once; lines refer to them by name. */
export const correction = {
  chartHome: {
    id: "chart-home",
    text: "SharingHub's and MLflow's charts stand in their Git repositories (path deploy/helm/…, a Git tag, versions 0.x); no Helm repository serves them. GitLab's chart comes from https://charts.gitlab.io.",
    source: "EOEPCA/document-mlops docs/admin/deployment-guide; EOEPCA/eoepca-plus argocd/eoepca/mlops",
  },
  gitlabImages: {
    id: "gitlab-images",
    text: "The chart installs its own images with tags v<version>; the form …-ce.0 belongs to the single-image package. Chart major = GitLab major − 9, and the patch can differ.",
    source: "docs.gitlab.com/charts version mappings",
  },
  valueFiles: {
    id: "value-files",
    text: "A chart from a repository cannot read value files of another: the Application needs a second source with ref: values, and paths that begin with $values/.",
    source: "argo-cd.readthedocs.io user-guide/multiple_sources",
  },
  stacRoute: {
    id: "stac-route",
    text: "The API is /api/stac and /api/stac/collections; /api/catalog was never in a release. Without a token the answer is 200 or 401, depending on gitlab.allow-public.",
    source: `${platform} app/router.py, tags 0.1.0 to 0.4.0`,
  },
  noWebhook: {
    id: "no-webhook",
    text: "SharingHub has no webhook: it asks GitLab on every request. Hooks that projects do have are checked by GitLab's hook events.",
    source: `${platform}, no occurrence of webhook in any tag`,
  },
  noCatalogue: {
    id: "no-catalogue",
    text: "Nothing is regenerated: items are built per request, behind caches in each worker. Check instead that a changed README appears within the cache time.",
    source: `${platform} app/stac/views.py`,
  },
  mlflowNamespace: {
    id: "mlflow-namespace",
    text: "MLflow runs in namespace sharinghub, beside SharingHub.",
    source: "EOEPCA/eoepca-plus app-mlflow-sharinghub.yaml; EOEPCA/deployment-guide",
  },
  podLabels: {
    id: "pod-labels",
    text: "The charts label pods app.kubernetes.io/name=sharinghub and app.kubernetes.io/name=mlflow-sharinghub, not app=….",
    source: "both charts, templates/_helpers.tpl",
  },
  mlflowPostgres: {
    id: "mlflow-postgresql",
    text: "The pod is mlflow-sharinghub-postgresql-0 with the subchart, or your own; and MLflow may not use it at all: without backendStoreUri or its Secret the image falls back to SQLite, and pg_dump saves an empty database.",
    source: "mlflow-sharinghub chart 0.2.0 templates/deployment.yaml and Dockerfile; EOEPCA/deployment-guide d8e38cf",
  },
  gitlabPostgres: {
    id: "gitlab-postgresql",
    text: "gitlab-postgresql-0 is the bundled database, which chart 10 no longer has; and pg_isready proves a listener, not the right version, schema or use.",
    source: "gitlab chart doc/releases/10_0.md; PostgreSQL manual, pg_isready",
  },
  mlflowPlugin: {
    id: "mlflow-plugin",
    text: "Not a fork: a plugin on stock MLflow 2.14. Fixes above 2.14 must come from its maintainers.",
    source: "csgroup-oss/mlflow-sharinghub pyproject.toml",
  },
  mlflowMigration: {
    id: "mlflow-migration",
    text: "MLflow never migrates an existing database on start: it refuses to start until mlflow db upgrade was run, after a backup. There is no way back but the dump.",
    source: "mlflow/store/db/utils.py; mlflow.org self-hosting/migration",
  },
  mlflowSearch: {
    id: "mlflow-search",
    text: "experiments/list was removed in MLflow 2.0; use POST experiments/search. Behind SharingHub a stranger gets 401, and experiment 0 is invisible to everybody: search a known experiment of a project and expect to find it.",
    source: "mlflow pull requests 6785 to 6790; csgroup-oss/mlflow-sharinghub hooks",
  },
  mlflowModels: {
    id: "mlflow-models",
    text: "mlflow models serves and builds, it lists nothing: use GET registered-models/search.",
    source: "mlflow command line reference",
  },
  migrationRollback: {
    id: "migration-rollback",
    text: "Going back to the old chart does not take a migration back: once one has run, only a restore of a backup of exactly the old version does. argocd app rollback is refused while automated sync is on.",
    source: "docs.gitlab.com/update/package/downgrade; argo-cd docs/user-guide/auto_sync.md",
  },
  selfHeal: {
    id: "self-heal",
    text: "selfHeal also undoes an operator's emergency change, and the deletes and scale-downs of a GitLab database upgrade. A stated choice per environment: off in production here, on elsewhere.",
    source: "EOEPCA/eoepca-plus runs selfHeal: false; gitlab chart doc/installation/database_upgrade.md",
  },
  ingressNginx: {
    id: "ingress-nginx",
    text: "ingress-nginx has had no fixes since March 2026: migrate, do not upgrade.",
    source: "kubernetes.io/blog/2025/11/11/ingress-nginx-retirement",
  },
  healthIsNotReady: {
    id: "health-is-not-ready",
    text: "/-/health only proves that Puma answers and stays green with a dead database. Ask /-/readiness?all=1, and look at every entry: a group counts as good when one of it is.",
    source: "gitlab-org/gitlab lib/gitlab/health_checks/probes/collection.rb",
  },
  argoHasNoRelease: {
    id: "argo-has-no-release",
    text: "Argo CD renders with helm template: no Helm release exists whose values helm could tell. The values are in Git; the release tag is their backup.",
    source: "argo-cd.readthedocs.io user-guide/helm",
  },
  backupGaps: {
    id: "backup-gaps",
    text: "The toolbox's archive holds no secrets, and --skip registry is harmless only while the registry is off. Without <release>-rails-secret a restored GitLab cannot decrypt its own columns. Believe the object in the bucket, not the word DONE.",
    source: "docs.gitlab.com/charts/backup-restore; backup-utility script",
  },
  oidcSecret: {
    id: "oidc-secret",
    text: "GitLab's OIDC Secret is openid-connect (key provider). Written with kubectl -o yaml it is a secret in clear on a disk: keep it sealed, or in an encrypted backup.",
    source: "EOEPCA/eoepca-plus ss-gitlab-gitlab-openid.yaml",
  },
  stacLink: {
    id: "stac-link",
    text: "Nothing links at registration: SharingHub asks MLflow when an item is read, and leaves a model out in silence if anything fails. Compare the registry with the item's links.",
    source: `${platform} app/stac`,
  },
  deepClean: {
    id: "deep-clean",
    text: "The guide's deep-clean deleted Terraform state, kubeconfigs and registry backups, weekly, by CI. Ours lists first, asks CONFIRM=yes and spares all of these; CI never runs it.",
    source: "gigifokchiman/implement-ml-p scripts/cleanup-infrastructure.sh",
  },
  dockerClean: {
    id: "docker-clean",
    text: "The guide's docker-clean removed volumes and pruned the whole machine. Ours removes this project's stopped containers and dangling images, by id, after a list.",
    source: "gigifokchiman/implement-ml-p infrastructure/Makefile",
  },
  validateLoop: {
    id: "validate-loop",
    text: "The guide's loop changed into the first environment and never back: three of four were never seen. Ours visits all and tells the verdict last.",
    source: "gigifokchiman/implement-ml-p infrastructure/Makefile",
  },
  securityScan: {
    id: "security-scan",
    text: "The guide's scan read infrastructure code only. Ours scans the images too; tfsec lives on in trivy config.",
    source: "gigifokchiman/implement-ml-p infrastructure/Makefile; aquasecurity/tfsec README",
  },
  dockerHealth: {
    id: "docker-health",
    text: "The guide's check asked whether tools were installed. Ours asks the platform too, where a kubectl context is set.",
    source: "gigifokchiman/implement-ml-p docker health-check.sh",
  },
  noPullLatest: {
    id: "no-pull-latest",
    text: "Pulling latest changes what runs without a trace. The image is built from pinned bases; updating is a reviewed change of them.",
    source: "EOEPCA/document-mlops docs/admin/maintenance.md",
  },
  providerUpgrade: {
    id: "provider-upgrade",
    text: "init -upgrade in one environment leaves three behind, and takes whatever the range allows. Edit the exact version in all, local first, then init -upgrade each and commit the lock file.",
    source: "developer.hashicorp.com/terraform/language/files/dependency-lock",
  },
  imageAge: {
    id: "image-age",
    text: "Local images and their ages say nothing about what the cluster runs: compare the pins in Git with upstream's releases.",
    source: "docs.docker.com reference/cli/docker/image/ls",
  },
  ciMaintenance: {
    id: "ci-maintenance",
    text: "The guide's workflow never existed, ran the destructive clean-up weekly and used an action by a moving tag. Ours is pinned by commit, may only read, and cleans nothing.",
    source: "gigifokchiman/implement-ml-p repository tree; docs.github.com security hardening for GitHub Actions",
  },
  forceUnlock: {
    id: "force-unlock",
    text: "force-unlock takes the lock from whoever holds it. First read who and since when in the error's Lock Info, and make sure that run is dead.",
    source: "developer.hashicorp.com/terraform/cli/commands/force-unlock",
  },
  criticalPath: {
    id: "critical-path",
    text: "Skipping staging skips no stop and no unfinished background migration: a critical patch is quick only if one is on a line that still gets patches.",
    source: "docs.gitlab.com/update/upgrade_paths",
  },
  tfsec: {
    id: "tfsec",
    text: "tfsec is part of Trivy now (trivy config).",
    source: "aquasecurity/tfsec README",
  },
  monthlyPush: {
    id: "first-friday",
    text: "A first-Friday update fits no production window of the same guide (Sundays 2 to 6, quarterly), and one GitLab hop a quarter never catches up with monthly releases.",
    source: "the guide's own tables; docs.gitlab.com/policy/maintenance",
  },
} as const satisfies Readonly<Record<string, Correction>>;

/** All corrections, in the order of this file. */
export const corrections: readonly Correction[] = Object.values(correction);
