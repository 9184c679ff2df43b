import { at, itemsAt, type Mapping, type Node, scalarAt, textAt } from "../../kernel/tree.ts";
import type { Configuration } from "../../platform/configuration.ts";
import type { Manifest } from "../../platform/source.ts";
import type { System } from "../../systems/contract.ts";
import { firstEnvironment } from "../join/components-environment.ts";
import { recogniseChart, recogniseValues } from "../join/components-recognition.ts";
import { configurationAt } from "./configurations-configuration.ts";
import type { Layer } from "./configurations-layers.ts";
import { stepsOf } from "./configurations-parameters.ts";
import type { ConfigurationInput } from "./configurations-sources.ts";
import { manifestsIn } from "./manifests.ts";

/** The configurations of Flux's HelmReleases. */
export function releaseConfigurations({ files, systems, config }: ConfigurationInput): readonly Configuration[] {
  const manifests = files
    .filter(({ text }) => text.includes("helm.toolkit.fluxcd.io/"))
    .flatMap((file) => manifestsIn(file, config))
    .filter(({ apiVersion, kind }) => kind === "HelmRelease" && apiVersion.startsWith("helm.toolkit.fluxcd.io/"));
  if (manifests.length === 0) return [];
  const maps = configMaps(files.flatMap((file) => (file.text.includes("ConfigMap") ? manifestsIn(file, config) : [])));
  return manifests.flatMap((manifest) => {
    const environment = manifest.environment ?? firstEnvironment([manifest.name], config);
    return configurationOf(manifest, environment, maps, systems);
  });
}

function configurationOf(
  manifest: Manifest,
  environment: string | undefined,
  maps: ConfigMaps,
  systems: readonly System[],
): readonly Configuration[] {
  const { root, file, name } = manifest;
  const chart = textAt(root, "spec", "chart", "spec", "chart");
  const values = at(root, "spec", "values");
  const system = recogniseChart({ chart }, systems) ?? recogniseValues(values, systems);
  if (system === undefined) return [];
  const version = textAt(root, "spec", "chart", "spec", "version");
  const described = {
    component: textAt(root, "spec", "releaseName") ?? name,
    environment,
    at: file.locate(root),
    layers: layersOf(manifest, values, maps),
    defaults: { chart, version, values: undefined, subcharts: [] },
  };
  return [configurationAt(described, system, [])];
}

/**
 * Strongest first: `valuesFrom` with a `targetPath`, `values`, then the other `valuesFrom` from the last to the first
 * (fluxcd/helm-controller docs/spec/v2/helmreleases.md, "Values references").
 */
function layersOf({ root, file, namespace }: Manifest, values: Node | undefined, maps: ConfigMaps): readonly Layer[] {
  const references = itemsAt(root, "spec", "valuesFrom").filter((item) => item.kind === "mapping");
  const placed = references.filter((item) => textAt(item, "targetPath") !== undefined).toReversed();
  const whole = references.filter((item) => !placed.includes(item)).toReversed();
  return [
    ...placed.map((item) => unreadable(item, stepsOf(textAt(item, "targetPath") ?? ""))),
    ...(values === undefined ? [] : [{ kind: "values" as const, root: values, file }]),
    ...whole.map((item) => mapLayer(item, namespace, maps) ?? unreadable(item)),
  ];
}

function unreadable(reference: Mapping, path?: readonly string[]): Layer {
  const kind = textAt(reference, "kind") ?? "object";
  const name = textAt(reference, "name") ?? "?";
  const why = `valuesFrom takes it from the ${kind} ${name}, which is not in this repository as it is`;
  const howToLearn = `kubectl get ${kind.toLowerCase()} ${name} -o yaml`;
  return { kind: "unreadable", why, howToLearn, ...(path === undefined ? {} : { path }) };
}

/** ConfigMaps by namespace and name; one that is declared twice (for two environments) stands for nothing. */
type ConfigMaps = ReadonlyMap<string, Manifest | undefined>;

function configMaps(manifests: readonly Manifest[]): ConfigMaps {
  const maps = new Map<string, Manifest | undefined>();
  for (const manifest of manifests) {
    if (manifest.kind !== "ConfigMap") continue;
    const key = `${manifest.namespace ?? ""}/${manifest.name}`;
    maps.set(key, maps.has(key) ? undefined : manifest);
  }
  return maps;
}

function mapLayer(reference: Mapping, namespace: string | undefined, maps: ConfigMaps): Layer | undefined {
  const name = textAt(reference, "kind") === "ConfigMap" ? textAt(reference, "name") : undefined;
  const manifest = name === undefined ? undefined : maps.get(`${namespace ?? ""}/${name}`);
  if (manifest === undefined) return undefined;
  const written = scalarAt(manifest.root, "data", textAt(reference, "valuesKey") ?? "values.yaml");
  if (written === undefined) return undefined;
  return { kind: "values", root: manifest.file.embedded(written)[0]?.root, file: manifest.file };
}
