import { isOff, isOn } from "../ask.ts";
import type { ChartFacts, Configuration } from "../contract.ts";
import { sampleApplication } from "../sample.ts";

const source =
  "csgroup-oss/mlflow-sharinghub tags 0.1.0 and 0.2.0: deploy/helm/mlflow-sharinghub/{Chart,values}.yaml, templates/deployment.yaml";

/** Chart and Git tag agree from 0.2.0 on. 0.1.0 says appVersion 1.16.0, a stub, and its values ask for the tag `latest`. */
export function pluginVersionOf(chart: string, version: string): string | undefined {
  return chart === "mlflow-sharinghub" && /^v?0\.2\.\d+$/.test(version) ? version.replace(/^v/, "") : undefined;
}

export function pluginChartFacts(chart: string, version: string): ChartFacts | undefined {
  const plain = version.replace(/^v/, "");
  if (chart !== "mlflow-sharinghub" || !["0.1.0", "0.2.0"].includes(plain)) return undefined;
  return {
    chart,
    version,
    appVersion: plain === "0.1.0" ? "1.16.0" : "0.2.0",
    source,
    defaults: {
      replicaCount: 1,
      "image.tag": plain === "0.1.0" ? "latest" : null,
      "mlflowSharinghub.worker": "4",
      "mlflowSharinghub.backendStoreUri": null,
      "mlflowSharinghub.backendStoreUriSecret": false,
      "mlflowSharinghub.existingSecret": null,
      "persistence.enabled": true,
      "postgresql.enabled": false,
      "postgresql.auth.existingSecret": "",
      "autoscaling.enabled": false,
    },
  };
}

/** What the chart makes of its values: where experiments and models are kept. */
export type BackendStore = "bundled-postgresql" | "written-uri" | "uri-in-secret" | "sqlite" | "unknown";

/**
 * Reads the choice as the chart's template makes it, in its order. What names a store has no default in any release, so
 * unwritten is off also where the chart's version is not known; the first switch must be known.
 */
export function backendStoreOf(configuration: Configuration): BackendStore {
  const bundled = configuration.setting("postgresql", "enabled");
  const uri = configuration.written("mlflowSharinghub", "backendStoreUri");
  const inSecret = configuration.written("mlflowSharinghub", "backendStoreUriSecret");
  if (isOn(bundled)) return "bundled-postgresql";
  if (isOn(uri)) return isOff(bundled) ? "written-uri" : "unknown";
  if (isOn(inSecret)) return isOff(bundled) ? "uri-in-secret" : "unknown";
  return [bundled, uri, inSecret].every(isOff) && !setsEnvironment(configuration) ? "sqlite" : "unknown";
}

/** `extraEnv` may set the store by itself; then nothing is certain. */
function setsEnvironment(configuration: Configuration): boolean {
  return configuration.written("extraEnv").kind === "unknown" || isOn(configuration.written("extraEnv"));
}

export function pluginsIn(configurations: readonly Configuration[]): readonly Configuration[] {
  return configurations.filter(({ system }) => system === "mlflow-sharinghub");
}

/** An Application of the chart, for examples. `image` is the YAML below `image:`; empty leaves the key out. */
export function pluginExample(
  values: string,
  targetRevision = '"0.2.0"',
  image = "repository: eoepca/mlflow-sharinghub",
): string {
  return sampleApplication({
    name: "mlflow-sharinghub",
    namespace: "sharinghub",
    repoURL: "https://github.com/csgroup-oss/mlflow-sharinghub.git",
    path: "deploy/helm/mlflow-sharinghub",
    targetRevision,
    values: image === "" ? values : `image: {${image}}\n${values}`,
  });
}
