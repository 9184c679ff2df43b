import type { KubeObject } from "../kernel/kube.ts";
import { itemsAt, type Step, textAt } from "../kernel/tree.ts";
import type { Manifest } from "../platform/source.ts";
import { type Difference, differencesBetween } from "./compare.ts";

/** How one object of Git stands to the cluster. */
export type Drift =
  | { readonly kind: "same"; readonly manifest: Manifest; readonly live: KubeObject }
  | {
      readonly kind: "differs";
      readonly manifest: Manifest;
      readonly live: KubeObject;
      readonly differences: readonly Difference[];
    }
  | { readonly kind: "absent"; readonly manifest: Manifest }
  | { readonly kind: "unknown"; readonly manifest: Manifest; readonly why: string; readonly howToLearn: string };

export interface DriftInput {
  readonly manifests: readonly Manifest[];
  /** The objects of a kind; undefined when they could not be read. */
  readonly liveOf: (apiVersion: string, kind: string) => readonly KubeObject[] | undefined;
  /** The folders whose kustomization transforms what lies in it: their objects reach the cluster changed. */
  readonly transformed: (file: string) => boolean;
  /** What is set aside on purpose, such as the replicas that an autoscaler moves. */
  readonly ignored?: (live: KubeObject) => readonly (readonly Step[])[];
}

/**
 * Compares what can be compared without rendering: plain manifests whose very object is in the cluster. Of Helm templates,
 * transformed kustomizations and Secrets nothing is said here; Argo CD's verdict holds for those.
 */
export function driftOf(input: DriftInput): readonly Drift[] {
  const plainOnes = input.manifests.filter((manifest) => isComparable(manifest, input));
  const declared = new Map<string, number>();
  for (const manifest of plainOnes) declared.set(identity(manifest), (declared.get(identity(manifest)) ?? 0) + 1);
  return plainOnes.map((manifest) => {
    if ((declared.get(identity(manifest)) ?? 0) > 1) {
      return {
        kind: "unknown",
        manifest,
        why: "Several files declare this object.",
        howToLearn: "Name the environment that this cluster is: --environment.",
      };
    }
    return driftOfOne(manifest, input);
  });
}

function isComparable({ file, name, kind, apiVersion }: Manifest, input: DriftInput): boolean {
  return (
    name !== "" &&
    !["Secret", "List", "Kustomization", "CustomResourceDefinition"].includes(kind) &&
    !apiVersion.startsWith("kustomize.") &&
    !/(^|\/)templates\//.test(file.path) &&
    !file.templated &&
    !input.transformed(file.path)
  );
}

function identity({ apiVersion, kind, name, namespace }: Manifest): string {
  return JSON.stringify([apiVersion, kind, namespace ?? "", name]);
}

function driftOfOne(manifest: Manifest, input: DriftInput): Drift {
  const { apiVersion, kind, name, namespace } = manifest;
  const all = input.liveOf(apiVersion, kind);
  if (all === undefined) {
    return {
      kind: "unknown",
      manifest,
      why: `${kind} (${apiVersion}) could not be read in the cluster.`,
      howToLearn: `Give the account the right to list ${kind} objects.`,
    };
  }
  const named = all.filter(({ metadata }) => metadata.name === name);
  const found = named.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  if (found.length > 1) {
    return {
      kind: "unknown",
      manifest,
      why: `The file names no namespace, and ${found.length} namespaces have a ${kind} ${name}.`,
      howToLearn: "Write metadata.namespace into the file.",
    };
  }
  const [live] = found;
  if (live === undefined) return { kind: "absent", manifest };
  const differences = differencesBetween(manifest.root, live, input.ignored?.(live) ?? []);
  return differences.length === 0 ? { kind: "same", manifest, live } : { kind: "differs", manifest, live, differences };
}

const transforming = [
  "namePrefix",
  "nameSuffix",
  "namespace",
  "patches",
  "patchesStrategicMerge",
  "patchesJson6902",
  "images",
  "replicas",
  "commonLabels",
  "commonAnnotations",
  "labels",
  "transformers",
  "components",
  "replacements",
  "vars",
];

/** Whether a file is transformed by a kustomization that lists it, in its own folder or another. */
export function transformedBy(kustomizations: readonly Pick<Manifest, "file" | "root">[]): (file: string) => boolean {
  const folders: string[] = [];
  for (const { file, root } of kustomizations) {
    if (!root.entries.some(({ key }) => transforming.includes(key.text))) continue;
    const own = file.path.replace(/[^/]*$/, "");
    folders.push(own);
    for (const list of ["resources", "bases", "components"])
      for (const item of itemsAt(root, list)) folders.push(joined(own, textAt(item) ?? ""));
  }
  return (file) =>
    folders.some((folder) => file === folder || file.startsWith(folder === "" ? "" : `${folder.replace(/\/$/, "")}/`));
}

function joined(folder: string, relative: string): string {
  const steps: string[] = [];
  for (const step of `${folder}${relative}`.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.join("/");
}
