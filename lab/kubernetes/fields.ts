import { isMapping } from "./patch.ts";
import type { FieldSet, ManagedFields, Stored } from "./types.ts";

/** Which fields an object sets, as managedFields names them; lists of named mappings by `k:{"name":"x"}`, others whole. */
export function fieldsOf(object: Readonly<Record<string, unknown>>): FieldSet {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  const own = isMapping(metadata) ? { labels: metadata["labels"], annotations: metadata["annotations"] } : {};
  const meta = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return fieldSet(Object.keys(meta).length === 0 ? rest : { metadata: meta, ...rest });
}

function fieldSet(value: unknown): FieldSet {
  if (Array.isArray(value)) {
    const named = value.length > 0 && value.every((item) => isMapping(item) && typeof item["name"] === "string");
    if (!named) return {};
    return Object.fromEntries(
      value.map((item: Record<string, unknown>) => [`k:${JSON.stringify({ name: item["name"] })}`, fieldSet(item)]),
    );
  }
  if (!isMapping(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [`f:${key}`, fieldSet(one)]));
}

/** The paths of the leaves of a set. */
function leavesOf(set: FieldSet, at = ""): readonly string[] {
  const entries = Object.entries(set);
  return entries.length === 0 ? [at] : entries.flatMap(([key, below]) => leavesOf(below, `${at}/${key}`));
}

function without(set: FieldSet, leaves: ReadonlySet<string>, at = ""): FieldSet | undefined {
  const entries = Object.entries(set);
  if (entries.length === 0) return leaves.has(at) ? undefined : {};
  const kept = entries.flatMap(([key, below]) => {
    const rest = without(below, leaves, `${at}/${key}`);
    return rest === undefined ? [] : [[key, rest] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

export interface Writer {
  readonly manager: string;
  readonly operation: ManagedFields["operation"];
  readonly subresource?: string | undefined;
  readonly time: string;
}

/** The managers of an object after `writer` set `fields`: who wrote a field last owns it; apply replaces its own set whole. */
export function managedAfter(object: Stored, fields: FieldSet, writer: Writer): ManagedFields[] {
  const taken = new Set(leavesOf(fields));
  const own = (entry: ManagedFields): boolean =>
    entry.manager === writer.manager &&
    entry.operation === writer.operation &&
    entry.subresource === writer.subresource;
  const others: ManagedFields[] = [];
  let merged = fields;
  for (const entry of object.metadata.managedFields ?? []) {
    if (own(entry)) {
      if (writer.operation === "Update") merged = union(entry.fieldsV1, fields);
      continue;
    }
    const rest = without(entry.fieldsV1, taken);
    if (rest !== undefined) others.push({ ...entry, fieldsV1: rest });
  }
  const { manager, operation, subresource, time } = writer;
  const entry: ManagedFields = {
    manager,
    operation,
    apiVersion: object.apiVersion,
    time,
    fieldsType: "FieldsV1",
    fieldsV1: merged,
    ...(subresource === undefined ? {} : { subresource }),
  };
  return Object.keys(merged).length === 0 ? others : [...others, entry];
}

function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { ...a };
  for (const [key, value] of Object.entries(b)) result[key] = union(result[key] ?? {}, value);
  return result;
}

/** The fields of `wanted` that another manager applied with another value: what server-side apply refuses. */
export function conflictsOf(live: Stored, wanted: Stored, manager: string): readonly string[] {
  const mine = new Set(leavesOf(fieldsOf(wanted)));
  return (live.metadata.managedFields ?? []).flatMap((entry) => {
    if (entry.manager === manager) return [];
    const shared = leavesOf(entry.fieldsV1).filter((leaf) => mine.has(leaf) && !same(live, wanted, leaf));
    return shared.map((leaf) => `conflict with ${JSON.stringify(entry.manager)}: ${dotted(leaf)}`);
  });
}

function same(a: Stored, b: Stored, leaf: string): boolean {
  return JSON.stringify(at(a, leaf)) === JSON.stringify(at(b, leaf));
}

function at(object: unknown, leaf: string): unknown {
  let here = object;
  for (const step of leaf.split(/\/(?=[fk]:)/).slice(1)) {
    if (step.startsWith("f:")) here = isMapping(here) ? here[step.slice(2)] : undefined;
    else {
      const { name } = JSON.parse(step.slice(2)) as { name: string };
      here = Array.isArray(here) ? here.find((item) => isMapping(item) && item["name"] === name) : undefined;
    }
  }
  return here;
}

function dotted(leaf: string): string {
  return leaf.replaceAll("/f:", ".").replace(/\/k:(\{[^}]*\})/g, "[$1]");
}
