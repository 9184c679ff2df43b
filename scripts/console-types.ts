import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { openApi } from "../src/api/openapi.ts";
import { routes } from "../src/api/routes.ts";

/** The API as the console's compiler sees it. */
export const schemaFile = join(import.meta.dirname, "..", "console", "src", "api", "schema.ts");

const document = openApi(routes, "");

/** Stands in the first line of the file: the test compares it, which takes less time than writing all of it again. */
export const digest = createHash("sha256").update(JSON.stringify(document)).digest("hex").slice(0, 32);

/** What is used of openapi-typescript; it lives in its own folder with a TypeScript that has the compiler's API. */
interface Writer {
  default(document: unknown, options: { readonly immutable: boolean }): Promise<unknown>;
  astToString(nodes: unknown): string;
}

async function typesOf(): Promise<string> {
  const find = createRequire(join(import.meta.dirname, "..", "tools", "openapi", "package.json"));
  const writer = (await import(find.resolve("openapi-typescript").replace(/\.cjs$/, ".mjs"))) as Writer;
  const copy = structuredClone(document) as { readonly components: { readonly schemas: Record<string, object> } };
  // Any JSON at all: the compiler takes no type that names itself this way, and `unknown` says the same.
  for (const name of Object.keys(copy.components.schemas))
    if (/__schema\d+$/.test(name)) copy.components.schemas[name] = {};
  const types = writer.astToString(await writer.default(copy, { immutable: true }));
  return `// ${digest} (npm run console:types writes this file from the routes)\n${types}`;
}

if (import.meta.main) writeFileSync(schemaFile, await typesOf());
