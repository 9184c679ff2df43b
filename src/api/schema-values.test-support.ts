import fc from "fast-check";

type Schema = Readonly<Record<string, unknown>>;

/** Values that fit a JSON Schema, as far as the API's own use it. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  for (const key of ["anyOf", "oneOf"]) {
    if (Array.isArray(schema[key])) return fc.oneof(...(schema[key] as Schema[]).map(valuesOf));
  }
  return byType[String(schema["type"])]?.(schema) ?? fc.jsonValue({ maxDepth: 2 });
}

const byType: Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>> = {
  string: texts,
  integer: (schema) => fc.integer({ min: bound(schema, "minimum", -1e6), max: bound(schema, "maximum", 1e6) }),
  number: (schema) =>
    fc.double({ min: bound(schema, "minimum", -1e6), max: bound(schema, "maximum", 1e6), noNaN: true }),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  array: (schema) => fc.array(valuesOf((schema["items"] ?? {}) as Schema), { maxLength: 3 }),
  object: objects,
};

function objects(schema: Schema): fc.Arbitrary<unknown> {
  const properties = schema["properties"] as Readonly<Record<string, Schema>> | undefined;
  if (properties === undefined) {
    const names = valuesOf((schema["propertyNames"] ?? { type: "string" }) as Schema).map(String);
    const more = schema["additionalProperties"];
    return fc.dictionary(names, valuesOf((typeof more === "object" && more !== null ? more : {}) as Schema), {
      maxKeys: 3,
    });
  }
  const required = (schema["required"] ?? []) as string[];
  return fc.record(Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, valuesOf(inner)])), {
    requiredKeys: required as never[],
  });
}

const wellFormed: Readonly<Record<string, () => fc.Arbitrary<string>>> = {
  uuid: () => fc.uuid(),
  date: () => fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  "date-time": () => fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  uri: () => fc.webUrl(),
  email: () => fc.emailAddress(),
};

function texts(schema: Schema): fc.Arbitrary<string> {
  const format = wellFormed[String(schema["format"])];
  if (format !== undefined) return format();
  const pattern = schema["pattern"];
  if (typeof pattern === "string" && !/\\p|\(\?/.test(pattern)) return fc.stringMatching(new RegExp(pattern, "u"));
  const min = bound(schema, "minLength", 0);
  return fc.string({ minLength: min, maxLength: Math.max(min, Math.min(bound(schema, "maxLength", 200), min + 200)) });
}

function bound(schema: Schema, key: string, otherwise: number): number {
  const value = schema[key];
  return typeof value === "number" && Number.isSafeInteger(value) && Math.abs(value) < 2 ** 53 - 1 ? value : otherwise;
}
