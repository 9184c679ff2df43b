import * as z from "zod";

/** So long may one call hold up the others. */
const turnMillis = 8;

/**
 * A reply as JSON, held against its schema: the text of `JSON.stringify(schema.parse(value))`. Long ones are written element by
 * element, and whoever else waits has a turn in between; 10,000 rows at once would hold up everybody for a tenth of a second.
 */
export async function replyText(schema: z.ZodType, value: unknown): Promise<string> {
  const pieces: string[] = [];
  let began = performance.now();
  for (const piece of piecesOf(schema, value)) {
    pieces.push(piece);
    if (performance.now() - began < turnMillis) continue;
    await giveWay();
    began = performance.now();
  }
  return pieces.join("");
}

function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** How the replies of a schema are written: what has no lists in it as a whole, as the schema was compiled for. */
type Way =
  | { readonly kind: "whole" }
  | { readonly kind: "elements"; readonly of: z.ZodType }
  | { readonly kind: "fields"; readonly fields: readonly Field[] };

interface Field {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly isList: boolean;
}

const ways = new WeakMap<z.ZodType, Way>();

function wayOf(schema: z.ZodType): Way {
  const before = ways.get(schema);
  if (before !== undefined) return before;
  const way = findWay(schema);
  ways.set(schema, way);
  return way;
}

/** With checks of the whole, or rules for other fields, parts cannot be parsed one by one. */
function findWay(schema: z.ZodType): Way {
  const whole = { kind: "whole" } as const;
  if (schema instanceof z.ZodArray)
    return hasChecks(schema) ? whole : { kind: "elements", of: schema.element as z.ZodType };
  if (!(schema instanceof z.ZodObject) || hasChecks(schema) || schema.def.catchall !== undefined) return whole;
  const fields = Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).map(([name, field]) => ({
    name,
    schema: field,
    isList: wayOf(field).kind === "elements",
  }));
  return fields.some(({ isList }) => isList) ? { kind: "fields", fields } : whole;
}

function hasChecks({ def }: z.ZodArray | z.ZodObject): boolean {
  return def.checks !== undefined && def.checks.length > 0;
}

function* piecesOf(schema: z.ZodType, value: unknown): Generator<string> {
  const way = wayOf(schema);
  if (way.kind === "elements" && Array.isArray(value)) yield* elementsOf(way.of, value);
  else if (way.kind === "fields" && isRecord(value)) yield* fieldsOf(way.fields, value);
  else yield JSON.stringify(schema.parse(value)) ?? "null";
}

function* elementsOf(schema: z.ZodType, value: readonly unknown[]): Generator<string> {
  yield "[";
  for (const [index, element] of value.entries()) {
    if (index > 0) yield ",";
    yield* piecesOf(schema, element);
  }
  yield "]";
}

function* fieldsOf(fields: readonly Field[], value: Readonly<Record<string, unknown>>): Generator<string> {
  let before = "{";
  for (const { name, schema, isList } of fields) {
    const isLong = isList && Array.isArray(value[name]);
    const text = isLong ? "" : JSON.stringify(schema.parse(value[name]));
    if (text === undefined) continue;
    yield `${before}${JSON.stringify(name)}:${text}`;
    if (isLong) yield* piecesOf(schema, value[name]);
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
