import { at, type Mapping, type Scalar, type Step, textAt } from "../../kernel/tree.ts";
import { stateOfImage } from "../../kernel/version.ts";
import type { PinDraft } from "../reader.ts";
import type { ImageTree } from "./kubernetes-tree.ts";
import { versionIn, writtenAt } from "./kubernetes-written.ts";

interface Field {
  readonly group: RegExp;
  readonly kinds?: RegExp;
  readonly steps: readonly string[];
  /** What the version is of; the object's kind when left out. */
  readonly name?: string;
}

/** Fields by which an operator chooses the version that it runs, from the operators' own API references. */
const fields: readonly Field[] = [
  { group: /^kafka\.strimzi\.io\//, kinds: /^Kafka$/, steps: ["spec", "kafka", "version"], name: "kafka" },
  {
    group: /^kafka\.strimzi\.io\//,
    kinds: /^Kafka(Connect|MirrorMaker2?)$/,
    steps: ["spec", "version"],
    name: "kafka",
  },
  { group: /\.k8s\.elastic\.co\//, steps: ["spec", "version"] },
  { group: /^acid\.zalan\.do\//, steps: ["spec", "postgresql", "version"], name: "postgresql" },
  { group: /^postgres-operator\.crunchydata\.com\//, steps: ["spec", "postgresVersion"], name: "postgresql" },
  { group: /^monitoring\.coreos\.com\//, kinds: /^(Prometheus|Alertmanager)$/, steps: ["spec", "version"] },
  { group: /^mongodbcommunity\.mongodb\.com\//, steps: ["spec", "version"], name: "mongodb" },
  { group: /^argoproj\.io\//, kinds: /^ArgoCD$/, steps: ["spec", "version"], name: "argocd" },
  {
    group: /^fluxcd\.controlplane\.io\//,
    kinds: /^FluxInstance$/,
    steps: ["spec", "distribution", "version"],
    name: "flux",
  },
  { group: /^cluster\.x-k8s\.io\//, kinds: /^Cluster$/, steps: ["spec", "topology", "version"], name: "kubernetes" },
  { group: /^controlplane\.cluster\.x-k8s\.io\//, steps: ["spec", "version"], name: "kubernetes" },
];

/** Fields that mean the same wherever they stand in an object of their group. */
const anywhere: Readonly<Record<string, { readonly group: RegExp; readonly name: string | undefined }>> = {
  rayVersion: { group: /^ray\.io\//, name: "ray" },
  sparkVersion: { group: /^sparkoperator\.k8s\.io\//, name: "spark" },
  flinkVersion: { group: /^flink\.apache\.org\//, name: "flink" },
  runtimeVersion: { group: /^serving\.kserve\.io\//, name: undefined },
};

/** The version that an object's own fields choose; where it names the image as well, the image says it. */
export function versionOf(
  object: Mapping,
  steps: readonly Step[],
  pathOf: (steps: readonly Step[]) => string,
): PinDraft[] {
  const group = textAt(object, "apiVersion") ?? "";
  const kind = textAt(object, "kind") ?? "";
  const found: PinDraft[] = [];
  for (const field of fields.filter(
    (candidate) => candidate.group.test(group) && candidate.kinds?.test(kind) !== false,
  )) {
    const version = writtenAt(object, ...field.steps);
    const hasImage = textAt(at(object, ...field.steps.slice(0, -1)), "image") !== undefined;
    if (version === undefined || hasImage) continue;
    found.push(draftOf(version, field.name ?? kind.toLowerCase(), pathOf([...steps, ...field.steps])));
  }
  return found;
}

/** The pin of a field such as `rayVersion`; undefined for any other key. */
export function versionField(
  entry: { readonly key: string; readonly value: Scalar },
  { apiVersion, pathOf }: Pick<ImageTree, "apiVersion" | "pathOf">,
  mapping: Mapping,
  path: readonly Step[],
): PinDraft | undefined {
  const field = Object.hasOwn(anywhere, entry.key) ? anywhere[entry.key] : undefined;
  if (field === undefined || !field.group.test(apiVersion) || entry.value.text === "") return undefined;
  return draftOf(entry.value, field.name ?? runtimeName(mapping, path.slice(0, -1)), pathOf(path));
}

/** KServe's runtime: named, or chosen by the model's format; before that the format was the key itself (`predictor.sklearn`). */
function runtimeName(mapping: Mapping, steps: readonly Step[]): string {
  const last = steps.filter((step) => typeof step === "string").at(-1);
  return textAt(mapping, "runtime") ?? textAt(mapping, "modelFormat", "name") ?? last ?? "runtime";
}

function draftOf(version: Scalar, name: string, path: string): PinDraft {
  return { kind: "tool", name, ...versionIn(version, version, stateOfImage), path };
}
