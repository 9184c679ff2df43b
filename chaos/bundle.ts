import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/** The worker as one file, as it is shipped: it starts in a third of the time, so that more of its life is not its start. */
export async function bundleWorker(): Promise<{ readonly file: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-chaos-worker-"));
  const outfile = join(folder, "worker.mjs");
  await build({
    entryPoints: [new URL("worker.ts", import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
    external: ["pg-native", "@opentelemetry/*", "winston*"],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return { file: outfile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
