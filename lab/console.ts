import { execFile } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf, SystemError } from "../src/kernel/errors.ts";

const run = promisify(execFile);

/** What the console is made of: a change of any of it makes a built one old. */
const madeOf = ["console", "package-lock.json", "scripts/build-console.ts"];

/** Builds the console where it was never built, or is older than its sources. Throws `SystemError` with what the build said. */
export async function buildConsole(checkout: string): Promise<void> {
  if (isFresh(checkout)) return;
  try {
    await run(process.execPath, [join(checkout, "scripts", "build-console.ts")], { cwd: checkout });
  } catch (thrown) {
    throw new SystemError(`the console could not be built (npm run build:console): ${messageOf(thrown)}`, "stop", {
      cause: thrown,
    });
  }
}

function isFresh(checkout: string): boolean {
  const built = statSync(join(checkout, "dist-console", "index.html"), { throwIfNoEntry: false });
  return built !== undefined && madeOf.every((path) => newest(join(checkout, path)) <= built.mtimeMs);
}

/** When a file, or the youngest file below a folder, was changed last. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const below = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(0, ...below.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}
