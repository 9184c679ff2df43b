import type { KubeObject } from "../kernel/kube.ts";
import type { Mapping, Node, Sequence, Step } from "../kernel/tree.ts";
import { type FieldWriter, writersOf } from "./writers.ts";

/** A field that Git says one thing about and the cluster another. Texts are cut; what a Secret holds is never compared. */
export interface Difference {
  readonly path: readonly Step[];
  readonly desired: string;
  /** undefined: the field is not there. */
  readonly live: string | undefined;
  /** Newest first. */
  readonly writers: readonly FieldWriter[];
}

/**
 * What of an object's desired state does not hold in the cluster. Only fields that Git states are compared, so that what the
 * server or a controller fills in is no drift; `ignored` paths are left out with all below them. A templated value says
 * nothing.
 */
export function differencesBetween(
  desired: Mapping,
  live: KubeObject,
  ignored: readonly (readonly Step[])[] = [],
): readonly Difference[] {
  const found: Difference[] = [];
  for (const { key, value } of desired.entries) {
    if (["apiVersion", "kind", "status", "metadata", "data", "stringData"].includes(key.text)) continue;
    compare(value, live[key.text], [key.text], { live, ignored, found });
  }
  if (live.kind === "ConfigMap") comparePart(desired, live, "data", { live, ignored, found });
  const metadata = desired.entries.find(({ key }) => key.text === "metadata")?.value;
  if (metadata?.kind === "mapping") {
    comparePart(metadata, live.metadata, "labels", { live, ignored, found }, ["metadata"]);
    comparePart(metadata, live.metadata, "annotations", { live, ignored, found }, ["metadata"]);
  }
  return found;
}

interface Comparison {
  readonly live: KubeObject;
  readonly ignored: readonly (readonly Step[])[];
  readonly found: Difference[];
}

function comparePart(
  desired: Mapping,
  live: object,
  part: string,
  comparison: Comparison,
  above: readonly Step[] = [],
): void {
  const node = desired.entries.find(({ key }) => key.text === part)?.value;
  if (node !== undefined) compare(node, (live as Record<string, unknown>)[part], [...above, part], comparison);
}

function compare(node: Node, live: unknown, path: readonly Step[], comparison: Comparison): void {
  if (comparison.ignored.some((ignored) => ignored.every((step, index) => path[index] === step))) return;
  switch (node.kind) {
    case "scalar":
      if (!node.templated && node.value !== null && !sameScalar(node.value, live))
        differ(node.text, live, path, comparison);
      return;
    case "mapping":
      return compareMappings(node, live, path, comparison);
    case "sequence":
      return compareLists(node, live, path, comparison);
  }
}

function compareMappings(node: Mapping, live: unknown, path: readonly Step[], comparison: Comparison): void {
  if (!isRecord(live)) {
    // `{}` is what the server leaves out.
    if (node.entries.length > 0) differ(shown(plain(node)), live, path, comparison);
    return;
  }
  for (const { key, value } of node.entries)
    if (key.text !== "<<") compare(value, live[key.text], [...path, key.text], comparison);
}

/** Lists of named things are compared by name, whatever their order; other lists by place. */
function compareLists(node: Sequence, live: unknown, path: readonly Step[], comparison: Comparison): void {
  if (!Array.isArray(live)) {
    if (node.items.length > 0) differ(shown(plain(node)), live, path, comparison);
    return;
  }
  const items = live as readonly unknown[];
  const key = keyOf(node);
  if (key === undefined && node.items.length !== items.length)
    return differ(shown(plain(node)), live, path, comparison);
  for (const [index, item] of node.items.entries()) {
    const place = key === undefined ? index : items.findIndex((one) => isRecord(one) && one[key] === keyIn(item, key));
    if (place < 0) differ(shown(plain(item)), undefined, path, comparison);
    else compare(item, items[place], [...path, place], comparison);
  }
}

/** What tells the items apart: a key that each has, and no two alike. */
function keyOf({ items }: Sequence): string | undefined {
  return ["name", "containerPort", "mountPath"].find((key) => {
    const values = new Set(items.map((item) => keyIn(item, key)));
    return items.length > 0 && values.size === items.length && !values.has(undefined);
  });
}

function keyIn(node: Node, key: string): unknown {
  const value = node.kind === "mapping" ? node.entries.find((entry) => entry.key.text === key)?.value : undefined;
  return value?.kind === "scalar" ? value.value : undefined;
}

function differ(desired: string, live: unknown, path: readonly Step[], { live: object, found }: Comparison): void {
  found.push({
    path,
    desired: shown(desired),
    live: live === undefined || live === null ? undefined : shown(live),
    writers: writersOf(object, path),
  });
}

/** What the API server holds for a value: an empty text or a false may be left out, quantities are written in their own way. */
function sameScalar(desired: string | number | boolean, live: unknown): boolean {
  if (desired === live) return true;
  if (live === undefined || live === null) return desired === "" || desired === false || desired === 0;
  if (typeof live === "object") return false;
  const text = typeof live === "string" ? live : JSON.stringify(live);
  if (String(desired) === text) return true;
  const quantities = [quantity(String(desired)), quantity(text)];
  return quantities[0] !== undefined && quantities[0] === quantities[1];
}

const suffixes: Readonly<Record<string, number>> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** `500m`, `1Gi` (Kubernetes quantities) as a number; undefined for another text. */
export function quantity(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text);
  return found === null ? undefined : Number(found[1]) * (suffixes[found[2] ?? ""] ?? Number.NaN);
}

/** A node as plain JSON, for a person to see. */
function plain(node: Node): unknown {
  switch (node.kind) {
    case "scalar":
      return node.templated ? node.text : node.value;
    case "mapping":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plain(value)]));
    case "sequence":
      return node.items.map(plain);
  }
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
