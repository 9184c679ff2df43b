import { createHash } from "node:crypto";
import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { verbs } from "../src/api/verbs.ts";
import { packedVerbs } from "../src/cli/client/server-part.ts";
import { platformSchema } from "../src/cli/commands/init.ts";
import { packedKit, packKit, readKitFolder } from "../src/edge/kit.ts";

/**
 * Makes `dist/`: the audit as a bundle that any Node 24 runs, in chunks, so that a verb loads only what it needs. Everything
 * it depends on is inside: the package has no dependencies and runs no scripts when it is installed.
 */
const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const result = await build({
  absWorkingDir: root,
  entryPoints: { millwright: "src/cli/start.ts" },
  outdir: dist,
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // Names stay, for the stack trace of a bug report: `keepNames` would set them again whenever a closure is made.
  platform: "node",
  target: "node24",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  chunkNames: "chunk-[name]-[hash]",
  define: { MILLWRIGHT_EDITION: JSON.stringify(digestOfCode()) },
  // Libraries written for require() find it here.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  logLevel: "warning",
  metafile: true,
});

const entry = join(dist, "millwright.mjs");
writeFileSync(entry, `#!/usr/bin/env node\n${readFileSync(entry, "utf8")}`);
chmodSync(entry, 0o755);
writeFileSync(join(dist, "millwright.schema.json"), `${JSON.stringify(platformSchema(), undefined, 2)}\n`);
writeFileSync(join(dist, packedKit), packKit(readKitFolder(join(root, "kit"))));
writeFileSync(join(dist, packedVerbs), JSON.stringify(verbs));
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(
  `dist: ${Object.keys(result.metafile.outputs).length} files, ${(bytes / 1e6).toFixed(2)} MB of code\n`,
);

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
