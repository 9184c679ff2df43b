import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { openApi } from "../src/api/openapi.ts";
import { routes } from "../src/api/routes.ts";

const root = join(import.meta.dirname, "..");

/** The API as the console's compiler sees it; made, never committed. */
const schemaFile = join(root, "console", "src", "api", "schema.ts");

/** What makes it, besides the document: when one of these changes, what is there is old. */
const makers = [import.meta.filename, join(root, "tools", "openapi", "package.json")];

/** What is used of openapi-typescript; it lives in its own folder with a TypeScript that has the compiler's API. */
interface Writer {
  default(document: unknown, options: { readonly immutable: boolean }): Promise<unknown>;
  astToString(nodes: unknown): string;
}

type ApiDocument = ReturnType<typeof openApi>;

/**
 * Writes the types of the server's routes to `file`, unless those there come from the same document: that is the usual case, and
 * takes only the time it takes to load the routes. They are put there whole: several may write at once.
 */
export async function writeTypes(document: ApiDocument, file: string): Promise<"written" | "kept"> {
  const head = `// ${digestOf(document)} (made from the server's routes by scripts/console-types.ts)\n`;
  if (firstLine(file) === head) return "kept";
  const own = `${file}.${process.pid}`;
  writeFileSync(own, head + (await typesOf(document)));
  renameSync(own, file);
  return "written";
}

/** Of the routes as they are. */
export async function writeConsoleTypes(): Promise<void> {
  await writeTypes(openApi(routes, ""), schemaFile);
}

function digestOf(document: ApiDocument): string {
  const hash = createHash("sha256").update(JSON.stringify(document));
  for (const maker of makers) hash.update(readFileSync(maker));
  return hash.digest("hex").slice(0, 32);
}

function firstLine(file: string): string | undefined {
  try {
    return /^.*\n/.exec(readFileSync(file, "utf8"))?.[0];
  } catch {
    return undefined;
  }
}

async function typesOf(document: ApiDocument): Promise<string> {
  const find = createRequire(join(root, "tools", "openapi", "package.json"));
  const writer = (await import(find.resolve("openapi-typescript").replace(/\.cjs$/, ".mjs"))) as Writer;
  const copy = structuredClone(document) as { readonly components: { readonly schemas: Record<string, object> } };
  // Any JSON at all: the compiler takes no type that names itself this way, and `unknown` says the same.
  for (const name of Object.keys(copy.components.schemas))
    if (/__schema\d+$/.test(name)) copy.components.schemas[name] = {};
  return writer.astToString(await writer.default(copy, { immutable: true }));
}

if (import.meta.main) await writeConsoleTypes();
