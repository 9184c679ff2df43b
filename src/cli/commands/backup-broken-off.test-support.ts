import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { openBackups } from "../../edge/backups.ts";
import type { ProgramCall } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import type { Said } from "../shell.test-support.ts";
import type { BackupShell } from "../shell.ts";

/**
 * restic stops in the middle of what it prints, or copies, at the first call with such arguments; the work is broken off then. Returns
 * when no program of it goes on that names `dir`.
 */
export async function brokenOff(
  dir: string,
  isMeant: (args: readonly string[]) => boolean,
  work: (bound: BackupShell) => Promise<Said>,
): Promise<Said> {
  const bound = openBackups({ PATH: process.env["PATH"] });
  const stop = new AbortController();
  const mark = `600.${Number.parseInt(randomUUID().slice(0, 8), 16)}`;
  const said = ["-c", `restic "$@" | head -c 3000; exec sleep ${mark}`, "sh"];
  const start = (call: ProgramCall) => {
    if (call.program !== "restic" || !isMeant(call.args)) return bound.ports.programs.start(call);
    const running = bound.ports.programs.start({ ...call, program: "sh", args: [...said, ...call.args] });
    void onceRuns(mark).then(() => stop.abort(new SystemError("it was broken off", "stop")));
    return running;
  };
  const ports = { ...bound.ports, programs: { ...bound.ports.programs, start } };
  const told = await work({ ...bound, ports, interrupted: () => ({ signal: stop.signal, release: () => undefined }) });
  assert.ok(stop.signal.aborted, `it was never asked for: ${told.err}`);
  await eventually(() => !processes().some((line) => line.includes(mark) || line.includes(dir)));
  return told;
}

function onceRuns(mark: string): Promise<void> {
  return eventually(() => processes().some((line) => line.startsWith("sleep") && line.includes(mark)));
}

function processes(): readonly string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")] : [];
    } catch {
      return [];
    }
  });
}

async function eventually(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    assert.ok(tries < 1200, JSON.stringify(processes()));
    await pause(50);
  }
}
