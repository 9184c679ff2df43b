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

function* piecesOf(schema: z.ZodType, value: unknown): Generator<string> {
  if (schema instanceof z.ZodArray && Array.isArray(value) && isPlain(schema)) yield* elementsOf(schema, value);
  else if (schema instanceof z.ZodObject && isRecord(value) && isPlain(schema) && hasList(schema))
    yield* fieldsOf(schema, value);
  else yield JSON.stringify(schema.parse(value)) ?? "null";
}

function* elementsOf(schema: z.ZodArray, value: readonly unknown[]): Generator<string> {
  yield "[";
  for (const [index, element] of value.entries()) {
    if (index > 0) yield ",";
    yield* piecesOf(schema.element as z.ZodType, element);
  }
  yield "]";
}

function* fieldsOf(schema: z.ZodObject, value: Readonly<Record<string, unknown>>): Generator<string> {
  let before = "{";
  for (const [name, field] of Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>)) {
    const isList = field instanceof z.ZodArray && Array.isArray(value[name]);
    const text = isList ? "" : JSON.stringify(field.parse(value[name]));
    if (text === undefined) continue;
    yield `${before}${JSON.stringify(name)}:${text}`;
    if (isList) yield* piecesOf(field, value[name]);
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

/** Objects without lists are parsed whole: that is what the schemas were compiled for. */
function hasList(schema: z.ZodObject): boolean {
  return Object.values(schema.shape).some((field) => field instanceof z.ZodArray);
}

/** Without checks of the whole, and without rules for other fields: its parts can be parsed one by one. */
function isPlain(schema: z.ZodArray | z.ZodObject): boolean {
  const { checks = [] } = schema.def;
  return checks.length === 0 && !(schema instanceof z.ZodObject && schema.def.catchall !== undefined);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
