// oxlint-disable no-restricted-imports -- a process of its own, which binds the ports as main.ts does
import { spawn } from "node:child_process";
import { millwright } from "../../cli/shell.test-support.ts";
import { openBackups } from "../../edge/backups.ts";
import { instantOf } from "../../kernel/instant.ts";

interface Asked {
  readonly folder: string;
  readonly args: readonly string[];
  readonly aheadMillis: number;
}

/** The command line as a process of its own whose clock stands ahead; it has the repository's key in its environment. */
export function startAhead(asked: Asked, key: string) {
  return spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", import.meta.filename, JSON.stringify(asked)],
    {
      env: { ...process.env, MILLWRIGHT_TEST_KEY: key },
      stdio: "ignore",
      detached: true,
    },
  );
}

/** Until nothing of a killed group is left: restic takes the lock of a zombie for that of one who works. */
export async function buried(group: number): Promise<void> {
  for (;;) {
    try {
      process.kill(-group, 0);
    } catch {
      return;
    }
    await new Promise((soon) => setTimeout(soon, 20));
  }
}

if (process.argv[1] === import.meta.filename) {
  const { folder, args, aheadMillis } = JSON.parse(process.argv[2] ?? "") as Asked;
  const { secret, ...backups } = openBackups(process.env);
  await millwright(folder, args, {
    clock: { now: () => instantOf(Date.now() + aheadMillis) },
    backups: async () => ({
      ...backups,
      secret: async (ref) => (ref.kind === "store" ? (process.env["MILLWRIGHT_TEST_KEY"] ?? "") : secret(ref)),
      interrupted: () => ({ signal: new AbortController().signal, release: () => undefined }),
    }),
  });
}
