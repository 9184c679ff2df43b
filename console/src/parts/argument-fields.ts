/** The part of JSON Schema that procedures describe their arguments with. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** How an argument is asked for. `lines`: texts, one a line; `rows`: things of the same fields; `json`: whatever else there is. */
export type Asking =
  | { readonly kind: "text"; readonly maxLength: number | undefined }
  | { readonly kind: "number"; readonly least: number | undefined; readonly most: number | undefined }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "flag" }
  | { readonly kind: "lines" }
  | { readonly kind: "group"; readonly fields: readonly Field[] }
  | { readonly kind: "rows"; readonly fields: readonly Field[] }
  | { readonly kind: "json" };

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly required: boolean;
  readonly preset: unknown;
  readonly asking: Asking;
}

export type Values = Readonly<Record<string, unknown>>;

/** The fields of an object, in its order. */
export function fieldsOf({ properties = {}, required = [] }: Schema): readonly Field[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    label: labelOf(name),
    hint: schema.description,
    required: required.includes(name),
    preset: schema.default,
    asking: askingOf(schema),
  }));
}

function askingOf(schema: Schema): Asking {
  if (schema.enum !== undefined) return { kind: "choice", choices: schema.enum };
  if (schema.type === "object" && schema.properties !== undefined) return { kind: "group", fields: fieldsOf(schema) };
  return schema.type === "array" ? arrayOf(schema.items ?? {}) : scalarOf(schema);
}

function scalarOf({ type, maxLength, minimum, maximum }: Schema): Asking {
  if (type === "string") return { kind: "text", maxLength };
  if (type === "integer" || type === "number") return { kind: "number", least: minimum, most: maximum };
  return { kind: type === "boolean" ? "flag" : "json" };
}

function arrayOf(items: Schema): Asking {
  if (items.type === "string") return { kind: "lines" };
  return items.properties === undefined ? { kind: "json" } : { kind: "rows", fields: fieldsOf(items) };
}

/** `beforeMinutes` as `Before minutes`. */
function labelOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** What stands in a form before anybody typed: presets, and what is required as empty as it can be. */
export function initialOf(fields: readonly Field[]): Values {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = initialValue(field);
      return value === undefined ? [] : [[field.name, value]];
    }),
  );
}

function initialValue({ preset, required, asking }: Field): unknown {
  if (preset !== undefined) return preset;
  if (!required) return undefined;
  if (asking.kind === "group") return initialOf(asking.fields);
  return asking.kind === "rows" ? [initialOf(asking.fields)] : undefined;
}

/** The arguments as they are sent: without what was left empty, lines without blank ones. */
export function argumentsOf(fields: readonly Field[], values: Values): Values {
  return Object.fromEntries(
    fields.flatMap(({ name, asking }) => {
      const value = sentValue(asking, values[name]);
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

function sentValue(asking: Asking, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (asking.kind === "group") return argumentsOf(asking.fields, value as Values);
  if (asking.kind === "text" && typeof value === "string") return value.trim();
  return Array.isArray(value) ? sentList(asking, value) : value;
}

function sentList(asking: Asking, value: readonly unknown[]): readonly unknown[] {
  if (asking.kind === "rows") return value.map((row) => argumentsOf(asking.fields, row as Values));
  if (asking.kind === "lines") return value.map((line) => String(line).trim()).filter((line) => line !== "");
  return value;
}

/** What is required and still empty, by label; the server says everything else. */
export function missingIn(fields: readonly Field[], sent: Values): readonly string[] {
  return fields.flatMap(({ name, label, required, asking }) => {
    const value = sent[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return required ? [label] : [];
    if (asking.kind === "group") return missingIn(asking.fields, value as Values);
    if (asking.kind !== "rows" || !Array.isArray(value)) return [];
    return value.flatMap((row) => missingIn(asking.fields, row as Values)).slice(0, 1);
  });
}
