import { isOff, isOn, isTrial, placeIn, releaseOf, subjectOf, textIn } from "../../ask.ts";
import { isBackedUp } from "../../backup-evidence.ts";
import { type Configuration, defineRule, type Location, type Manifest } from "../../contract.ts";
import { type Store, storesIn } from "../../stores.ts";
import { backendStoreOf, pluginExample, pluginsIn } from "../chart.ts";

const chart =
  "csgroup-oss/mlflow-sharinghub@0.2.0 deploy/helm/mlflow-sharinghub/templates/deployment.yaml, values.yaml";
const dockerfile = "csgroup-oss/mlflow-sharinghub@0.2.0 Dockerfile (MLFLOW_BACKEND_STORE_URI=sqlite:///data/mlflow.db)";

export const lostAtRestart = defineRule({
  id: "mlflow-data-lost-at-restart",
  title: "MLflow keeps its experiments in the container",
  group: "mlflow",
  severity: "critical",
  why: "Without PostgreSQL and without a store URI the image falls back to an SQLite file, and without a volume that file lives in the container. The next restart, for whatever reason, deletes every experiment, run and registered model.",
  sources: [chart, dockerfile],
  fix: "Give it a PostgreSQL: postgresql.enabled: true with auth.existingSecret, or mlflowSharinghub.backendStoreUriSecret: true with a secret that holds backend-store-uri. Export the data before the first restart.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of pluginsIn(configurations)) {
      const volume = configuration.setting("persistence", "enabled");
      if (backendStoreOf(configuration) !== "sqlite" || !isOff(volume)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(volume, configuration),
        message:
          "PostgreSQL is off, no backend store is named and persistence is off: the data is gone at the next restart",
        fix: "Copy /home/mlflow/data/mlflow.db out of the running pod first, then set postgresql.enabled: true and migrate.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "no database, no volume",
        files: { "mlflow.yaml": pluginExample("postgresql:\n  enabled: false\npersistence:\n  enabled: false") },
      },
    ],
    passing: [
      {
        name: "the bundled PostgreSQL instead of a volume",
        files: {
          "mlflow.yaml": pluginExample(
            "postgresql:\n  enabled: true\n  auth:\n    existingSecret: mlflow-postgres\npersistence:\n  enabled: false",
          ),
        },
      },
      {
        name: "a store in a secret",
        files: {
          "mlflow.yaml": pluginExample(
            "mlflowSharinghub:\n  backendStoreUriSecret: true\npersistence:\n  enabled: false",
          ),
        },
      },
    ],
  },
});

/** Signs that somebody meant MLflow to use a PostgreSQL of this environment. */
function intendedDatabase(
  configuration: Configuration,
  manifests: readonly Manifest[],
): { readonly name: string; readonly at: Location } | undefined {
  const here = manifests.filter(({ environment }) => environment === configuration.environment);
  const server: Store | undefined = storesIn(here).find(
    ({ product, name }) => product === "postgresql" && /mlflow|mlf\b/i.test(name),
  );
  if (server !== undefined) {
    return { name: server.name, at: server.manifest.file.locate(server.image ?? server.manifest.root) };
  }
  const secret = here.find(
    ({ kind, name }) =>
      ["Secret", "SealedSecret", "ExternalSecret"].includes(kind) &&
      /mlflow/.test(name) &&
      /backend|postgres/.test(name),
  );
  return secret === undefined ? undefined : { name: secret.name, at: secret.file.locate(secret.root) };
}

export const databaseNotUsed = defineRule({
  id: "mlflow-database-not-used",
  title: "MLflow has a PostgreSQL and does not use it",
  group: "mlflow",
  severity: "critical",
  why: "Deploying a database beside MLflow changes nothing until the chart is told to use it. Until then MLflow writes to an SQLite file, while the database runs empty and healthy: its dump succeeds and holds nothing, and its probe is green. Sites that used the bundled PostgreSQL before lose sight of all experiments.",
  sources: [
    chart,
    dockerfile,
    "EOEPCA/deployment-guide@d8e38cf scripts/mlops/mlflow/values-template.yaml, postgres-deployment-template.yaml",
  ],
  fix: "Set mlflowSharinghub.backendStoreUriSecret: true and mlflowSharinghub.existingSecret to a secret with the keys secret-key and backend-store-uri; move what the SQLite file holds first.",
  needs: ["configurations", "manifests"],
  *check({ configurations, manifests }) {
    for (const configuration of pluginsIn(configurations)) {
      if (backendStoreOf(configuration) !== "sqlite") continue;
      const database = intendedDatabase(configuration, manifests);
      if (database === undefined) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(configuration.written("postgresql", "enabled"), configuration),
        message: `${database.name} (${database.at.file}:${database.at.line}) is there for MLflow, and no value makes MLflow use it: experiments go to an SQLite file`,
        fix: "Copy what the SQLite file holds into the database first, then set mlflowSharinghub.backendStoreUriSecret: true and existingSecret. Which store runs: kubectl exec deploy/mlflow-sharinghub -- sh -c 'echo ${MLFLOW_BACKEND_STORE_URI%%:*}'.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a PostgreSQL nobody references",
        files: {
          "mlflow.yaml": pluginExample("postgresql:\n  enabled: false\n  auth:\n    existingSecret: mlflow-postgres"),
          "postgres.yaml": [
            "apiVersion: apps/v1",
            "kind: Deployment",
            "metadata: {name: mlflow-postgres, namespace: sharinghub}",
            "spec:",
            "  template:",
            "    spec:",
            '      containers: [{name: postgres, image: "postgres:15.8-alpine"}]',
            "      volumes: [{name: data, persistentVolumeClaim: {claimName: mlflow-postgres}}]",
            "",
          ].join("\n"),
        },
      },
    ],
    passing: [
      {
        name: "named by a secret",
        files: {
          "mlflow.yaml": pluginExample(
            "mlflowSharinghub:\n  backendStoreUriSecret: true\n  existingSecret: mlflow-backend",
          ),
          "secret.yaml":
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: mlflow-backend, namespace: sharinghub}\nspec: {encryptedData: {backend-store-uri: AgB}}\n",
        },
      },
    ],
  },
});

export const sqliteStore = defineRule({
  id: "mlflow-sqlite-store",
  title: "Several MLflow processes write one SQLite file",
  group: "mlflow",
  severity: "high",
  why: "The image's default store is an SQLite file, and the chart starts four worker processes on it. SQLite lets one write at a time: under load runs fail with locked databases, and the file has no backup of its own.",
  sources: [chart, dockerfile],
  fix: 'Use PostgreSQL. For a trial, set mlflowSharinghub.worker: "1".',
  needs: ["configurations", "manifests"],
  *check({ configurations, manifests }) {
    for (const configuration of pluginsIn(configurations)) {
      if (backendStoreOf(configuration) !== "sqlite" || isTrial(configuration.environment)) continue;
      if (
        isOff(configuration.setting("persistence", "enabled")) ||
        intendedDatabase(configuration, manifests) !== undefined
      )
        continue;
      const workers = textIn(configuration.setting("mlflowSharinghub", "worker"));
      if (workers === undefined || (releaseOf(workers)?.[0] ?? 0) < 2) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(configuration.setting("mlflowSharinghub", "worker"), configuration),
        message: `no PostgreSQL is named, so ${workers} workers share an SQLite file`,
        fix: "Set postgresql.enabled: true with auth.existingSecret, or name an external store.",
      };
    }
  },
  examples: {
    failing: [
      { name: "the chart as it comes", files: { "mlflow.yaml": pluginExample("postgresql:\n  enabled: false") } },
    ],
    passing: [
      { name: "one worker", files: { "mlflow.yaml": pluginExample('mlflowSharinghub:\n  worker: "1"') } },
      {
        name: "an external PostgreSQL",
        files: { "mlflow.yaml": pluginExample("mlflowSharinghub:\n  backendStoreUriSecret: true") },
      },
    ],
  },
});

export const storeNotBackedUp = defineRule({
  id: "backups-mlflow-store",
  title: "Nothing backs up MLflow's database",
  group: "backups",
  severity: "high",
  why: "MLflow refuses to start on a schema of another version and has no downgrade: the only way back from a failed mlflow db upgrade is a dump of the store it really uses.",
  sources: ["https://mlflow.org/docs/latest/self-hosting/migration", chart],
  fix: "Dump the effective store on a schedule (for the bundled PostgreSQL: pg_dump in a CronJob) to a place outside the cluster, and prove it by restoring.",
  needs: ["configurations", "manifests", "scripts", "platform", "applications", "served"],
  *check(facts) {
    for (const configuration of pluginsIn(facts.configurations)) {
      const store = backendStoreOf(configuration);
      if (isTrial(configuration.environment) || (store !== "bundled-postgresql" && store !== "sqlite")) continue;
      if (facts.platform.disposable.some((entry) => entry.store === subjectOf(configuration))) continue;
      const namespace = facts.applications.find(({ name }) => name === configuration.component)?.namespace;
      const names = [`${configuration.component}-postgresql`, `${configuration.component}-store-pvc`];
      const what = { namespace, names, environment: configuration.environment };
      if (isBackedUp({ ...what, kinds: ["postgresql", "sqlite", "files"] }, facts)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(configuration.setting("postgresql", "enabled"), configuration),
        message: `MLflow keeps its experiments in ${store === "sqlite" ? "an SQLite file" : `${configuration.component}-postgresql`}, and nothing here backs that up`,
        fix: isOn(configuration.setting("postgresql", "enabled"))
          ? "Add a CronJob that runs pg_dump against it."
          : "Move to PostgreSQL and dump that.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "the bundled PostgreSQL alone",
        files: {
          "mlflow.yaml": pluginExample("postgresql:\n  enabled: true\n  auth:\n    existingSecret: mlflow-postgres"),
        },
      },
    ],
    passing: [
      {
        name: "a nightly dump",
        files: {
          "mlflow.yaml": pluginExample("postgresql:\n  enabled: true\n  auth:\n    existingSecret: mlflow-postgres"),
          "backup.yaml": [
            "apiVersion: batch/v1",
            "kind: CronJob",
            "metadata: {name: mlflow-dump, namespace: sharinghub}",
            "spec:",
            "  schedule: 0 1 * * *",
            "  jobTemplate:",
            "    spec:",
            "      template:",
            "        spec:",
            "          containers:",
            "            - name: dump",
            "              image: postgres:16.9",
            "              args: [pg_dump, --host=mlflow-sharinghub-postgresql, --file=/backup/mlflow.sql, mlflow]",
            "",
          ].join("\n"),
        },
      },
    ],
  },
});
