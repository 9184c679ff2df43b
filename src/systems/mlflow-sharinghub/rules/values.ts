import { at, textAt } from "../../../kernel/tree.ts";
import { isOff, isOn, placeIn, releaseOf, subjectOf, textIn } from "../../ask.ts";
import { type Configuration, defineRule, type Manifest } from "../../contract.ts";
import { containersOf, wordsIn } from "../../stores.ts";
import { pluginExample, pluginsIn } from "../chart.ts";

const chart = "csgroup-oss/mlflow-sharinghub@0.2.0 deploy/helm/mlflow-sharinghub/templates/deployment.yaml";
const database = "postgresql:\n  enabled: true\n  auth:\n    existingSecret: mlflow-postgres";

export const severalReplicas = defineRule({
  id: "mlflow-several-replicas",
  title: "MLflow SharingHub runs in several replicas",
  group: "mlflow",
  severity: "high",
  why: "Sessions are files in the container and are not shared. With two replicas a login that lands on one is unknown to the other, and people are sent to log in again and again.",
  sources: ["csgroup-oss/mlflow-sharinghub@0.2.0 (FileSystemCache _sessions)", chart],
  fix: "Set replicaCount: 1 and leave autoscaling off.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of pluginsIn(configurations)) {
      const replicas = configuration.setting("replicaCount");
      const scaling = configuration.setting("autoscaling", "enabled");
      const count = releaseOf(textIn(replicas))?.[0] ?? 0;
      if (count < 2 && !isOn(scaling)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(isOn(scaling) ? scaling : replicas, configuration),
        message: isOn(scaling) ? "autoscaling is on" : `replicaCount is ${count}`,
        fix: "Set replicaCount: 1 and autoscaling.enabled: false.",
      };
    }
  },
  examples: {
    failing: [
      { name: "two replicas", files: { "mlflow.yaml": pluginExample("replicaCount: 2") } },
      { name: "autoscaling", files: { "mlflow.yaml": pluginExample("autoscaling:\n  enabled: true") } },
    ],
    passing: [{ name: "one replica", files: { "mlflow.yaml": pluginExample("replicaCount: 1") } }],
  },
});

export const databaseWithoutSecret = defineRule({
  id: "mlflow-database-without-secret",
  title: "The bundled PostgreSQL needs auth.existingSecret",
  group: "mlflow",
  severity: "high",
  why: "With postgresql.enabled and no postgresql.auth.existingSecret the chart writes a line with one space too many: the manifest is not valid YAML and the sync fails. It would also put the password into the manifest in clear.",
  sources: [chart],
  fix: "Make a secret with the keys password and postgres-password and name it in postgresql.auth.existingSecret.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of pluginsIn(configurations)) {
      const enabled = configuration.setting("postgresql", "enabled");
      if (!isOn(enabled) || !isOff(configuration.setting("postgresql", "auth", "existingSecret"))) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(enabled, configuration),
        message:
          "postgresql.enabled is true and postgresql.auth.existingSecret is empty: the chart renders invalid YAML",
        fix: "Set postgresql.auth.existingSecret to a secret with the keys password and postgres-password.",
      };
    }
  },
  examples: {
    failing: [{ name: "no secret named", files: { "mlflow.yaml": pluginExample("postgresql:\n  enabled: true") } }],
    passing: [{ name: "a secret named", files: { "mlflow.yaml": pluginExample(database) } }],
  },
});

export const extraEnvSpliced = defineRule({
  id: "mlflow-extra-env-breaks-manifest",
  title: "extraEnv breaks MLflow's Deployment",
  group: "mlflow",
  severity: "high",
  why: "The chart documents extraEnv as a mapping and splices it into a list of variables. A mapping there makes the Deployment invalid, and the sync fails.",
  sources: [chart],
  fix: "Remove extraEnv; put the variables into the image, or patch the Deployment with Kustomize.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of pluginsIn(configurations)) {
      const setting = configuration.written("extraEnv");
      if (!isOn(setting) || setting.kind !== "known" || setting.value.node.kind !== "mapping") continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(setting, configuration),
        message: "extraEnv is a mapping, and the chart puts it into a list",
        fix: "Remove extraEnv.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "variables as a mapping",
        files: { "mlflow.yaml": pluginExample('extraEnv:\n  PROJECT_CACHE_TIMEOUT: "60"') },
      },
    ],
    passing: [{ name: "left empty", files: { "mlflow.yaml": pluginExample("extraEnv: {}") } }],
  },
});

export const privateImage = defineRule({
  id: "mlflow-image-from-private-registry",
  title: "MLflow's image is left to the chart, which names a private registry",
  group: "mlflow",
  severity: "high",
  why: "The chart's default image lies in its authors' own registry. Without credentials for it the pod never starts; the public image is eoepca/mlflow-sharinghub.",
  sources: ["csgroup-oss/mlflow-sharinghub@0.2.0 deploy/helm/mlflow-sharinghub/values.yaml (image.repository)"],
  fix: "Set image.repository: eoepca/mlflow-sharinghub, or a mirror of your own.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of pluginsIn(configurations)) {
      if (configuration.chart === undefined || configuration.written("image", "repository").kind !== "absent") continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: "image.repository is not set, so the chart pulls from its authors' private registry",
        fix: "Set image.repository: eoepca/mlflow-sharinghub.",
      };
    }
  },
  examples: {
    failing: [{ name: "no repository", files: { "mlflow.yaml": pluginExample(database, '"0.2.0"', "") } }],
    passing: [{ name: "the public image", files: { "mlflow.yaml": pluginExample(database) } }],
  },
});

/** Whether anything here asks MLflow itself: a probe of the Prometheus operator, a blackbox target, a patch of its Deployment. */
function isProbed(manifest: Manifest): boolean {
  const patched = containersOf(manifest).some(
    (container) =>
      at(container, "livenessProbe") !== undefined && /^mlflow(?:-sharinghub)?$/.test(textAt(container, "name") ?? ""),
  );
  return patched || /mlflow\S{0,200}\/health\b/.test(wordsIn(manifest.root));
}

export const noProbes = defineRule({
  id: "mlflow-no-probes",
  title: "Nobody asks MLflow whether it works",
  group: "mlflow",
  severity: "low",
  why: "The probes in the chart's Deployment are commented out. Argo CD shows Healthy as soon as the container runs, also when MLflow hangs or refuses its database's schema in a loop between restarts.",
  sources: [`${chart} (livenessProbe and readinessProbe commented out, in 0.1.0 and 0.2.0)`],
  fix: "Watch /health from outside (a Prometheus Probe), or add the probes with a Kustomize patch.",
  needs: ["configurations", "manifests"],
  *check({ configurations, manifests }) {
    const plugins = pluginsIn(configurations).filter(({ chart: name }) => name !== undefined);
    if (plugins.length === 0 || manifests.some(isProbed)) return;
    for (const configuration of plugins) {
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: "the chart starts MLflow without probes, and nothing here asks its /health",
        fix: "Add a Probe for https://HOST/mlflow/health; it answers OK without login and touches no database.",
      };
    }
  },
  examples: {
    failing: [{ name: "the chart alone", files: { "mlflow.yaml": pluginExample(database) } }],
    passing: [
      {
        name: "a probe from outside",
        files: {
          "mlflow.yaml": pluginExample(database),
          "probe.yaml":
            "apiVersion: monitoring.coreos.com/v1\nkind: Probe\nmetadata: {name: mlflow}\nspec:\n  targets:\n    staticConfig:\n      static: [https://hub.example.org/mlflow/health]\n",
        },
      },
    ],
  },
});

/** The tag a configuration runs; undefined when neither values nor a known chart version tell. */
export function runningTag(configuration: Configuration): string | undefined {
  return (
    textIn(configuration.written("image", "tag")) ??
    (configuration.written("image", "tag").kind === "absent" ? configuration.chartVersion : undefined)
  );
}
