import type { Asked } from "./request.ts";
import type { ObjectStore } from "./store.ts";
import { eventColumns, otherColumns } from "./table-others.ts";
import { ageText } from "./table-text.ts";
import { workloadColumns } from "./table-workloads.ts";
import type { ServedType, Stored } from "./types.ts";

type Cell = string | number | boolean;
/** What `kubectl get` shows besides the name; a priority above 0 only with `-o wide`. */
export type Columns = readonly (readonly [
  name: string,
  cell: (object: Stored, now: string) => Cell,
  priority?: number,
  /** `string` when left out. */
  type?: string,
])[];

/** kubectl's wish comes first in its list; who would also take plain JSON and names it first gets that. */
export function wantsTable({ accept }: Pick<Asked, "accept">): boolean {
  const [first = ""] = accept.split(",");
  return first.includes("as=Table") && first.includes("g=meta.k8s.io");
}

/**
 * Objects as the server prints them (kubernetes.io/docs/reference/using-api/api-concepts, "Receiving resources as Tables"). Custom
 * resources show what their definition says; kinds whose columns are not known here show name and age of creation, as the real
 * server does for those that it has none for.
 */
export function tableOf(
  store: ObjectStore,
  served: ServedType,
  objects: readonly Stored[],
  { query }: Pick<Asked, "query">,
): Record<string, unknown> {
  const columns = columnsOf(store, served);
  const now = store.now();
  const version = query.get("includeObject") ?? "Metadata";
  const carried = (object: Stored): unknown => {
    if (version === "None") return null;
    if (version === "Object") return object;
    return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
  };
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: store.version },
    columnDefinitions: columns.map(([name, , priority = 0, type = "string"]) => ({
      name,
      type,
      format: name === "Name" ? "name" : "",
      description: "",
      priority,
    })),
    rows: objects.map((object) => ({ cells: columns.map(([, cell]) => cell(object, now)), object: carried(object) })),
  };
}

const name: Columns = [["Name", ({ metadata }) => metadata.name]];
const age: Columns = [["Age", ({ metadata }, now) => ageText(metadata.creationTimestamp, now)]];
const created: Columns = [["Created At", ({ metadata }) => metadata.creationTimestamp ?? ""]];

function columnsOf(store: ObjectStore, served: ServedType): Columns {
  if (served.kind === "Event") return eventColumns;
  const own = customColumns(store, served);
  return [...name, ...(own ?? workloadColumns[served.kind] ?? otherColumns[served.kind] ?? created)];
}

interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

/** `additionalPrinterColumns`; a definition without any shows the age. */
function customColumns(store: ObjectStore, { group, version, plural }: ServedType): Columns | undefined {
  const definition = store
    .all("CustomResourceDefinition")
    .find(({ metadata }) => metadata.name === `${plural}.${group}`);
  if (definition === undefined) return undefined;
  const { versions = [] } = definition["spec"] as {
    readonly versions?: readonly {
      readonly name: string;
      readonly additionalPrinterColumns?: readonly PrinterColumn[];
    }[];
  };
  const shown = versions.find((one) => one.name === version)?.additionalPrinterColumns;
  if (shown === undefined) return age;
  return shown.map((one) => [one.name, (object, now) => cellOf(object, one, now), one.priority ?? 0, one.type]);
}

function cellOf(object: Stored, { type, jsonPath }: PrinterColumn, now: string): Cell {
  const value = valueAt(object, jsonPath);
  if (value === undefined || value === null) return "";
  if (type === "date") return ageText(typeof value === "string" ? value : undefined, now);
  return typeof value === "object" ? JSON.stringify(value) : (value as Cell);
}

/** `.status.conditions[?(@.type=="Ready")].status`: names, and a choice by one field. */
function valueAt(object: unknown, path: string): unknown {
  const steps = path.match(/\.[\w-]+|\[\?\(@\.\w+\s*==\s*["'][^"']*["']\)\]/g) ?? [];
  return steps.reduce<unknown>((here, step) => {
    const [, field, wanted] = /^\[\?\(@\.(\w+)\s*==\s*["']([^"']*)["']\)\]$/.exec(step) ?? [];
    if (field === undefined) return (here as Record<string, unknown> | undefined)?.[step.slice(1)];
    return Array.isArray(here)
      ? here.find((one: unknown) => (one as Record<string, unknown>)[field] === wanted)
      : undefined;
  }, object);
}
