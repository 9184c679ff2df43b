import * as z from "zod";
import type { Effect, Method, Route } from "./route.ts";

/**
 * How a value is written on the command line. `record` is `key=value`, repeated; `json` is JSON, `@FILE` or `@-`. A `secret` (a
 * text of the format `password`) is `@FILE` or `@-` alone: everyone on the machine sees the words of a command.
 */
export type FieldType = "secret" | "text" | "number" | "boolean" | "list" | "record" | "json";

/** One value that a route takes. */
export interface VerbField {
  readonly name: string;
  /** `whole`: the body itself, where it is no plain object. */
  readonly in: "params" | "query" | "body" | "whole";
  readonly positional: boolean;
  readonly required: boolean;
  readonly type: FieldType;
  readonly choices?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

/** A route as a verb of the command line: plain data, so that the command line needs nothing of the server. */
export interface Verb {
  readonly words: readonly string[];
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly role: string;
  readonly effect: Effect;
  readonly fields: readonly VerbField[];
  readonly kind: Route["kind"];
  readonly media?: string;
}

/** What a route was asked with, as texts and JSON. */
export interface VerbInput {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** The verb of a route. Throws when its `cli` names a word that is no field, or hides one that it must have: our bug. */
export function verbOf(route: Route): Verb {
  const parts = route.cli.split(/\s+/);
  const words = parts.filter((part) => !part.startsWith("<"));
  const positionals = parts.filter((part) => part.startsWith("<")).map((part) => part.slice(1, -1));
  const fields = [
    ...fieldsOf(route.params, "params", positionals),
    ...fieldsOf(route.query, "query", positionals),
    ...(route.kind === "answer" ? fieldsOf(route.body, "body", positionals) : []),
  ];
  const missing = positionals.filter((name) => !fields.some((field) => field.name === name));
  const hidden = fields.filter((field) => field.in === "params" && !field.positional);
  if (missing.length > 0 || hidden.length > 0 || words.length === 0)
    throw new Error(`${route.path}: its cli "${route.cli}" does not fit its fields`);
  const ordered = positionals.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  return {
    words,
    method: route.method,
    path: route.path,
    summary: route.summary,
    role: route.role,
    effect: route.effect,
    fields: [...ordered, ...fields.filter((field) => !field.positional)],
    kind: route.kind,
    ...(route.kind === "answer" && route.media !== undefined ? { media: route.media } : {}),
  };
}

/** The JSON Schema of what is sent (`input`) or answered (`output`). */
export function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest as JsonSchema;
}

function fieldsOf(
  schema: z.ZodType | undefined,
  place: "params" | "query" | "body",
  positionals: readonly string[],
): readonly VerbField[] {
  if (schema === undefined || schema instanceof z.ZodUndefined) return [];
  const json = jsonSchema(schema, "input");
  const properties = json["properties"] as Readonly<Record<string, JsonSchema>> | undefined;
  if (properties === undefined)
    return json["type"] === "object" && place !== "body"
      ? []
      : [{ name: "body", in: "whole", positional: positionals.includes("body"), required: true, type: "json" }];
  const required = (json["required"] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    positional: positionals.includes(name),
    required: required.includes(name),
    type: typeOf(property),
    ...(Array.isArray(property["enum"]) ? { choices: property["enum"].map(String) } : {}),
    ...(typeof property["description"] === "string" ? { description: property["description"] } : {}),
    ...(property["default"] === undefined ? {} : { default: property["default"] }),
  }));
}

function typeOf(property: JsonSchema): FieldType {
  switch (property["type"]) {
    case "string":
      return textOrSecret(property);
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return isText(property["items"]) ? "list" : "json";
    case "object":
      return isText(property["additionalProperties"]) && property["properties"] === undefined ? "record" : "json";
    default:
      return "json";
  }
}

function textOrSecret(property: JsonSchema): FieldType {
  return property["format"] === "password" ? "secret" : "text";
}

function isText(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && (schema as JsonSchema)["type"] === "string";
}

/** The command that asks the same, to be pasted into a shell. */
export function commandOf(verb: Verb, input: VerbInput): string {
  const positionals: string[] = [];
  const options: string[] = [];
  for (const field of verb.fields) {
    const value = valueOf(field, input);
    if (value === undefined || value === field.default) continue;
    const texts = textsOf(field, value);
    if (field.positional) positionals.push(...texts.map(quoted));
    else
      options.push(
        ...texts.map((text) => `--${optionName(field.name)}${text === undefined ? "" : ` ${quoted(text)}`}`),
      );
  }
  return ["millwright", ...verb.words, ...positionals, ...options].join(" ");
}

/** `minSeverity` is `--min-severity`. */
export function optionName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function valueOf(field: VerbField, input: VerbInput): unknown {
  if (field.in === "whole") return input.body;
  const from = input[field.in];
  return typeof from === "object" && from !== null
    ? (from as Readonly<Record<string, unknown>>)[field.name]
    : undefined;
}

function textsOf(field: VerbField, value: unknown): readonly string[] {
  if (field.type === "secret") return ["@-"];
  if (field.type === "list" && Array.isArray(value)) return value.map(String);
  if (field.type === "record" && typeof value === "object" && value !== null)
    return Object.entries(value).map(([key, text]) => `${key}=${String(text)}`);
  return [typeof value === "string" ? value : JSON.stringify(value)];
}

/** For a POSIX shell; signs beyond ASCII as bash's `$'…'`, so that it can stand in a header. */
function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = Array.from(text, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    if (sign === "'" || sign === "\\") return `\\${sign}`;
    return code >= 0x20 && code <= 0x7e ? sign : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `$'${escaped.join("")}'`;
}
