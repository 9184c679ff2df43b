import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

const Request = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  path: z.string().startsWith("/"),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.json().optional(),
});

const Case = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]+$/),
  /** Where they differ: `17.8.7`. All versions otherwise. */
  version: z.string().optional(),
  /** What must be so before it is asked: `database-dead`. */
  given: z.string().optional(),
  request: Request,
  reply: z.strictObject({
    status: z.int(),
    headers: z.record(z.string(), z.string()).default({}),
    /** A text is the body as it is; anything else is a shape (`differences`). */
    body: z.json().optional(),
  }),
  /** Only where it is another than the file's. */
  source: z.string().optional(),
  compared: z.string().optional(),
  never: z.string().optional(),
});

const File = z
  .strictObject({
    source: z.string().min(20),
    /** When, and with what, these were held against the real system. */
    compared: z.string().optional(),
    /** Why they never were. */
    never: z.string().optional(),
    cases: z.array(Case).min(1),
  })
  .refine(({ compared, never }) => (compared === undefined) !== (never === undefined), "compared or never, not both");

/** One request and what the real system answers, as far as we know it, with the source of that knowledge. */
export interface Fixture extends Omit<z.output<typeof Case>, "source" | "compared" | "never"> {
  readonly source: string;
  readonly compared: string | undefined;
  readonly never: string | undefined;
}

/** What of a stand-in was never held against the real system, and why. */
export interface NeverCompared {
  readonly id: string;
  readonly why: string;
}

/** The fixtures of a folder, in the order of file and place; an id stands once. */
export function readFixtures(folder: string): readonly Fixture[] {
  const fixtures = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) => {
      const file = File.parse(parse(readFileSync(join(folder, name), "utf8")));
      return file.cases.map(({ source = file.source, compared, never, ...rest }) => ({
        ...rest,
        source,
        compared: never === undefined ? (compared ?? file.compared) : undefined,
        never: compared === undefined ? (never ?? file.never) : undefined,
      }));
    });
  const twice = fixtures.find(({ id }, at) => fixtures.findIndex((one) => one.id === id) !== at);
  if (twice !== undefined) throw new Error(`${folder}: the fixture ${twice.id} stands twice`);
  return fixtures;
}

/** Those that nobody has yet held against the real system. */
export function neverComparedOf(system: string, fixtures: readonly Fixture[]): readonly NeverCompared[] {
  return fixtures.flatMap(({ id, never }) => (never === undefined ? [] : [{ id: `${system}/${id}`, why: never }]));
}

/**
 * Where an answer differs from a fixture's shape; none: it fits. `<text>`, `<number>`, `<boolean>`, `<instant>`, `<object>` and
 * `<any>` stand for values; a list of one shape is any number of those; keys that the shape does not name are not looked at.
 */
export function differences(shape: unknown, found: unknown, path = "body"): readonly string[] {
  const kind = typeof shape === "string" ? kinds[shape] : undefined;
  if (kind !== undefined) return kind(found) ? [] : [`${path} is ${show(found)}, not ${String(shape)}`];
  if (Array.isArray(shape)) return listDifferences(shape, found, path);
  if (typeof shape === "object" && shape !== null) return objectDifferences(shape, found, path);
  return shape === found ? [] : [`${path} is ${show(found)}, not ${show(shape)}`];
}

function objectDifferences(shape: object, found: unknown, path: string): readonly string[] {
  if (typeof found !== "object" || found === null) return [`${path} is ${show(found)}, not an object`];
  const there: Record<string, unknown> = { ...found };
  return Object.entries(shape).flatMap(([key, value]) => differences(value, there[key], `${path}.${key}`));
}

function listDifferences(shape: readonly unknown[], found: unknown, path: string): readonly string[] {
  if (!Array.isArray(found)) return [`${path} is ${show(found)}, not a list`];
  const [each] = shape;
  if (shape.length === 1) return found.flatMap((one, at) => differences(each, one, `${path}[${at}]`));
  if (shape.length !== found.length) return [`${path} has ${found.length} entries, not ${shape.length}`];
  return shape.flatMap((one, at) => differences(one, found[at], `${path}[${at}]`));
}

const kinds: Readonly<Record<string, (found: unknown) => boolean>> = {
  "<text>": (found) => typeof found === "string" && found !== "",
  "<number>": (found) => typeof found === "number",
  "<boolean>": (found) => typeof found === "boolean",
  "<instant>": (found) => typeof found === "string" && !Number.isNaN(Date.parse(found)),
  "<object>": (found) => typeof found === "object" && found !== null,
  "<any>": (found) => found !== undefined,
};

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "missing").slice(0, 120);
}
