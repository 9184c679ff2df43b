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

/**
 * The managers of an object after `writer` set `fields`: who wrote a field last owns it; apply replaces its own set whole. Who
 * applies a value that is there already owns it together with the others.
 */
export function managedAfter(
  object: Stored,
  fields: FieldSet,
  writer: Writer,
  changed: (leaf: string) => boolean = () => true,
): ManagedFields[] {
  const taken = new Set(leavesOf(fields).filter(changed));
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
export function conflictsOf(live: Stored, wanted: Stored, manager: string): readonly Conflict[] {
  const mine = new Set(leavesOf(fieldsOf(wanted)));
  return (live.metadata.managedFields ?? []).flatMap((entry) => {
    if (entry.manager === manager) return [];
    const shared = leavesOf(entry.fieldsV1).filter((leaf) => mine.has(leaf) && !same(live, wanted, leaf));
    return shared.map((leaf) => ({ manager: named(entry), field: dotted(leaf) }));
  });
}

/** A field that another manager applied with another value. */
export interface Conflict {
  readonly manager: string;
  /** `.data.a` */
  readonly field: string;
}

/** As apimachinery tells conflicts (structured-merge-diff merge/conflict.go): one in its own words, several by their managers. */
export function conflictWords(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  const head = `Apply failed with ${conflicts.length} conflict${conflicts.length === 1 ? "" : "s"}`;
  if (first !== undefined && conflicts.length === 1) return `${head}: conflict with ${first.manager}: ${first.field}`;
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].toSorted();
  const lines = managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...conflicts.filter((one) => one.manager === manager).map(({ field }) => `- ${field}`),
  ]);
  return `${head}: ${lines.join("\n")}`;
}

/** Whether a field has another value in `b` than in `a`. */
export function isChanged(a: Stored, b: Stored): (leaf: string) => boolean {
  return (leaf) => !same(a, b, leaf);
}

/**
 * The live object without the fields that `manager` applied before, applies no more, and nobody else set: what an apply takes
 * away (kubernetes.io/docs/reference/using-api/server-side-apply, "Field management").
 */
export function withoutDropped(live: Stored, wanted: FieldSet, manager: string): Stored {
  const entries = live.metadata.managedFields ?? [];
  const own = entries.find((entry) => entry.manager === manager && entry.operation === "Apply");
  const result = structuredClone(live);
  if (own === undefined) return result;
  const others = entries
    .filter((entry) => entry !== own)
    .reduce<FieldSet>((all, { fieldsV1 }) => union(all, fieldsV1), {});
  drop(result, own.fieldsV1, wanted, others);
  return result;
}

function drop(at: unknown, own: FieldSet, wanted: FieldSet, others: FieldSet): void {
  for (const [step, below] of Object.entries(own)) {
    if (wanted[step] === undefined && others[step] === undefined) remove(at, step);
    else drop(valueAt(at, step), below, wanted[step] ?? {}, others[step] ?? {});
  }
}

function remove(at: unknown, step: string): void {
  if (step.startsWith("f:") && isMapping(at)) delete at[step.slice(2)];
  if (step.startsWith("k:") && Array.isArray(at)) {
    const index = at.indexOf(valueAt(at, step));
    if (index >= 0) at.splice(index, 1);
  }
}

function valueAt(here: unknown, step: string): unknown {
  if (step.startsWith("f:")) return isMapping(here) ? here[step.slice(2)] : undefined;
  const { name } = JSON.parse(step.slice(2)) as { name: string };
  return Array.isArray(here) ? here.find((item) => isMapping(item) && item["name"] === name) : undefined;
}

/** As apimachinery's fieldmanager prints a manager (internal/conflict.go, printManager). */
function named({ manager, operation, apiVersion }: ManagedFields): string {
  return operation === "Apply" ? JSON.stringify(manager) : `${JSON.stringify(manager)} using ${apiVersion}`;
}

function same(a: Stored, b: Stored, leaf: string): boolean {
  return JSON.stringify(at(a, leaf)) === JSON.stringify(at(b, leaf));
}

function at(object: unknown, leaf: string): unknown {
  let here = object;
  for (const step of leaf.split(/\/(?=[fk]:)/).slice(1)) here = valueAt(here, step);
  return here;
}

function dotted(leaf: string): string {
  return leaf.replaceAll("/f:", ".").replace(/\/k:(\{[^}]*\})/g, "[$1]");
}
