import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { platformSchema } from "../src/cli/commands/init.ts";
import { makeBundle } from "./lib/bundle.ts";

/** Makes `dist/`, what the npm package holds: the audit alone, without dependencies and scripts. */
const root = join(import.meta.dirname, "..");

const folder = await makeBundle({
  folder: "dist",
  entries: { millwright: "src/cli/start.ts" },
  external: ["pg-native"],
  define: { MILLWRIGHT_EDITION: JSON.stringify(digestOfCode()) },
});
writeFileSync(join(folder, "millwright.schema.json"), `${JSON.stringify(platformSchema(), undefined, 2)}\n`);

/** What tells readings kept by one build from those of another: everything that goes into the bundle. */
function digestOfCode(): string {
  const digest = createHash("sha256");
  for (const file of [...globSync("src/**/*.{ts,json}", { cwd: root }).toSorted(), "package-lock.json"]) {
    if (file.endsWith(".test.ts")) continue;
    digest
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  }
  return digest.digest("hex").slice(0, 16);
}
