import * as z from "zod";
import type { Route } from "../access/route.ts";
import { jsonSchema, verbOf } from "../access/verb.ts";

export const base = "/api/v1";

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "toDo", "where", "instance"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What happened" },
    toDo: { type: "string", description: "What would help" },
    where: { type: "string", description: "The call" },
    instance: { type: "string", description: "Names this one call in the server's log" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["where", "problem"],
        properties: { where: { type: "string" }, problem: { type: "string" } },
      },
    },
  },
};

/** The API's description (OpenAPI 3.1.1, whose schemas are JSON Schema 2020-12), from the schemas that calls are held against. */
export function openApi(routes: readonly Route[], version: string): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  const shared: Record<string, unknown> = { Problem: problemSchema };
  for (const route of routes) {
    const path = `${base}${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: lifted(operation(route), shared) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Millwright",
      version,
      description:
        "Errors are application/problem+json. Lists answer in pages: give `next` back as `cursor`. Writes take an Idempotency-Key; sent again with it, they are not done again.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: shared,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token: millwright token create" },
        session: { type: "apiKey", in: "cookie", name: "__Host-millwright" },
      },
    },
  };
}

/**
 * A schema that repeats itself names its parts from its own root (`#/$defs/…`). In a document that root is another one, so the
 * parts go to `components`, under the operation's name.
 */
function lifted(operation: Readonly<Record<string, unknown>>, shared: Record<string, unknown>): unknown {
  const prefix = String(operation["operationId"]);
  const lift = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(lift);
    if (typeof value !== "object" || value === null) return value;
    const { $defs, $ref, ...rest } = value as Readonly<Record<string, unknown>>;
    for (const [name, part] of Object.entries(($defs ?? {}) as Readonly<Record<string, unknown>>))
      shared[`${prefix}${name}`] = lift(part);
    const kept = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, lift(part)]));
    return typeof $ref === "string"
      ? { ...kept, $ref: $ref.replace("#/$defs/", `#/components/schemas/${prefix}`) }
      : kept;
  };
  return lift(operation);
}

function operation(route: Route): Readonly<Record<string, unknown>> {
  const verb = verbOf(route);
  const written = route.kind === "answer" ? route.body : undefined;
  return {
    operationId: verb.words
      .map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1)))
      .join(""),
    summary: route.summary,
    tags: [verb.words[0]],
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query"), ...headersOf(route)],
    ...(written === undefined || written instanceof z.ZodUndefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: jsonSchema(written, "input") } } } }),
    responses: {
      [String(statusOf(route))]: success(route),
      default: {
        description: "What went wrong, and what to do",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
    security: route.role === "anyone" ? [] : [{ token: [] }, { session: [] }],
    "x-millwright-cli": route.cli,
    "x-millwright-role": route.role,
    "x-millwright-effect": route.effect,
  };
}

function headersOf(route: Route): readonly unknown[] {
  if (route.kind === "events")
    return [header("Last-Event-ID", "The last event that was seen: the stream goes on after it")];
  if (route.method === "GET") return [header("If-None-Match", "The ETag that is at hand: 304 when it still holds")];
  const repeat = header("Idempotency-Key", "Names this write: sent again, it is not done again");
  return route.versionOf === undefined
    ? [repeat]
    : [repeat, header("If-Match", "The ETag that the change was made from")];
}

function statusOf(route: Route): number {
  return route.kind === "answer" ? (route.status ?? 200) : 200;
}

function success(route: Route): Readonly<Record<string, unknown>> {
  if (route.kind === "events")
    return {
      description: "Server-sent events; `data` of each is JSON",
      content: { "text/event-stream": { itemSchema: jsonSchema(route.event, "output") } },
    };
  const type = route.media ?? "application/json";
  return { description: route.summary, content: { [type]: { schema: jsonSchema(route.reply, "output") } } };
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): readonly unknown[] {
  if (schema === undefined) return [];
  const json = jsonSchema(schema, "input");
  const required = (json["required"] ?? []) as readonly string[];
  return Object.entries((json["properties"] ?? {}) as Readonly<Record<string, unknown>>).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

function header(name: string, description: string): unknown {
  return { name, in: "header", required: false, description, schema: { type: "string" } };
}
