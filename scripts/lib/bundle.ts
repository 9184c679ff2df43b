import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { verbs } from "../../src/api/verbs.ts";
import { packedVerbs } from "../../src/cli/client/server-part.ts";
import { packedKit, packKit, readKitFolder } from "../../src/edge/kit.ts";

export interface Bundle {
  /** Below the checkout's root, or absolute; emptied first. */
  readonly folder: string;
  /** Name in the folder → source file. `millwright` is the command. */
  readonly entries: Readonly<Record<string, string>>;
  readonly define?: Readonly<Record<string, string>>;
  /** Optional parts of libraries that ask for them and do without. */
  readonly external?: readonly string[];
}

const root = join(import.meta.dirname, "..", "..");

// Libraries written for require() find it here, and the names of their own files.
const banner =
  'import{createRequire as __createRequire}from"node:module";import{fileURLToPath as __toPath}from"node:url";const require=__createRequire(import.meta.url);const __filename=__toPath(import.meta.url);const __dirname=__toPath(new URL(".",import.meta.url));';

/**
 * Makes a folder that any Node 24 runs: the code with all it depends on, in chunks so that a verb loads only what it needs, the
 * kit and the server's verbs. Names stay as they are, for the stack trace of a bug report. Returns the folder.
 */
export async function makeBundle({ folder, entries, define = {}, external = [] }: Bundle): Promise<string> {
  const outdir = resolve(root, folder);
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir);
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir,
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunk-[name]-[hash]",
    define,
    external: [...external],
    banner: { js: banner },
    logLevel: "warning",
    metafile: true,
  });
  const command = join(outdir, "millwright.mjs");
  writeFileSync(command, `#!/usr/bin/env node\n${readFileSync(command, "utf8")}`);
  chmodSync(command, 0o755);
  writeFileSync(join(outdir, packedKit), packKit(readKitFolder(join(root, "kit"))));
  writeFileSync(join(outdir, packedVerbs), JSON.stringify(verbs));
  const outputs = Object.values(result.metafile.outputs);
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  process.stdout.write(`${folder}: ${outputs.length} files, ${(bytes / 1e6).toFixed(2)} MB of code\n`);
  return outdir;
}
