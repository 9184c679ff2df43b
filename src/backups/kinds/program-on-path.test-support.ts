import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Runs `work` while the path has a program of that name before all others: a script of the shell. */
export async function withProgram<T>(name: string, script: string, work: () => Promise<T>): Promise<T> {
  const [folder, path] = [mkdtempSync(join(tmpdir(), "millwright-program-")), process.env["PATH"] ?? ""];
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  // Whoever it runs as may come to it.
  for (const one of [folder, join(folder, name)]) chmodSync(one, 0o755);
  process.env["PATH"] = [folder, path].join(delimiter);
  try {
    return await work();
  } finally {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  }
}
