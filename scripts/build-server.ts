import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { verbs } from "../src/api/verbs.ts";
import { packedServer, packedVerbs } from "../src/cli/client/server-part.ts";
import { packedKit, packKit, readKitFolder } from "../src/edge/kit.ts";

/** Makes `dist-server/`: the command line and the server, each with all it depends on, for the image. */
const root = join(import.meta.dirname, "..");
const dist = join(root, "dist-server");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const result = await build({
  absWorkingDir: root,
  entryPoints: { millwright: "src/cli/start.ts", [packedServer.replace(/\.mjs$/, "")]: "src/api/main.ts" },
  outdir: dist,
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: "node",
  target: "node24",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  chunkNames: "chunk-[name]-[hash]",
  // Optional parts of libraries that ask for them and do without.
  external: [
    "pg-native",
    "winston",
    "winston-transport",
    "@opentelemetry/context-async-hooks",
    "@opentelemetry/core",
    "@opentelemetry/exporter-*",
    "@opentelemetry/sdk-*",
  ],
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";import{fileURLToPath as __toPath}from"node:url";const require=__createRequire(import.meta.url);const __filename=__toPath(import.meta.url);const __dirname=__toPath(new URL(".",import.meta.url));',
  },
  logLevel: "warning",
  metafile: true,
});

const entry = join(dist, "millwright.mjs");
writeFileSync(entry, `#!/usr/bin/env node\n${readFileSync(entry, "utf8")}`);
chmodSync(entry, 0o755);
writeFileSync(join(dist, packedVerbs), JSON.stringify(verbs));
writeFileSync(join(dist, packedKit), packKit(readKitFolder(join(root, "kit"))));
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist-server: ${(bytes / 1e6).toFixed(2)} MB of code\n`);
