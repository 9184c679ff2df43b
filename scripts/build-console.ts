import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";
import { writeConsoleTypes } from "./console-types.ts";
import { firstLoad, type Manifest } from "./lib/first-load.ts";

const root = join(import.meta.dirname, "..");

/** What a browser may have to fetch before the first page is there: JavaScript, compressed, in bytes. */
const budget = 250_000;

/**
 * Makes `dist-console/`: the console as the server sends it, each file with its compressed copies beside it. It is made beside it
 * and put there whole: several may build at once, and none may read what another has half made.
 */
const place = join(root, "dist-console");
const folder = `${place}.${process.pid}`;
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
await writeConsoleTypes();
await build({
  configFile: join(root, "console", "vite.config.ts"),
  logLevel: "warn",
  build: { outDir: folder, emptyOutDir: true },
});

const manifest = JSON.parse(readFileSync(join(folder, ".vite", "manifest.json"), "utf8")) as Manifest;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(?:js|css|svg)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const content = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(content));
}
const first = firstLoad(manifest, "index.html").filter((file) => file.endsWith(".js"));
const bytes = first.reduce((sum, file) => sum + readFileSync(join(folder, `${file}.gz`)).length, 0);
process.stdout.write(
  `dist-console: first load ${(bytes / 1000).toFixed(0)} kB of JavaScript (gzip), at most ${budget / 1000}\n`,
);
if (bytes > budget) {
  process.stderr.write("The first load is too large: fetch what is not always needed with import().\n");
  process.exitCode = 1;
}
putInPlace();

/** Between the two renames there is none: whoever comes then in the same moment has put another one there, which is as good. */
function putInPlace(): void {
  const old = `${folder}.old`;
  try {
    renameSync(place, old);
  } catch {
    // There was none, or another build has just taken it away.
  }
  try {
    renameSync(folder, place);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && /ENOTEMPTY|EEXIST/.test(String(thrown.code)))) throw thrown;
  }
  rmSync(old, { recursive: true, force: true });
}
