import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { workingWith } from "./processes.ts";
import { claimFolder, releaseAbandoned, releaseFolder } from "./site.ts";
import { pause } from "./source-database.ts";

/** Another process that has a folder, a disk in it and a program that works there. */
async function rehearsal(): Promise<{ readonly folder: string; end(signal: NodeJS.Signals): Promise<void> }> {
  const script = `
    import { spawn } from "node:child_process";
    import { mkdirSync } from "node:fs";
    import { Disk } from "${import.meta.dirname}/disk.ts";
    import { claimFolder } from "${import.meta.dirname}/site.ts";
    const folder = claimFolder("tried");
    mkdirSync(folder + "/disk");
    new Disk(folder + "/disk", 1);
    spawn("sleep", ["600"], { cwd: "/", env: { HOME: folder }, stdio: "ignore", detached: true }).unref();
    process.stdout.write(folder);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [folder] = await once(child.stdout, "data");
  return {
    folder: String(folder),
    async end(signal) {
      child.kill(signal);
      await once(child, "close");
    },
  };
}

function isMounted(folder: string): boolean {
  return readFileSync("/proc/self/mountinfo", "utf8").includes(folder);
}

/** What was killed is gone when the kernel comes to it; what was not never is. */
async function nobodyWorksIn(folder: string): Promise<void> {
  for (let looks = 0; workingWith(folder).length > 0; looks += 1) {
    assert.ok(looks < 3000, "it still runs");
    await pause(20);
  }
}

test("who is told to end leaves no folder, no disk and no process", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const one = await rehearsal();
    assert.equal(workingWith(one.folder).length, 1, "its program runs");
    await one.end(signal);
    assert.equal(existsSync(one.folder), false);
    assert.equal(isMounted(one.folder), false);
    await nobodyWorksIn(one.folder);
  }
});

test("what one that was killed left goes at the next start, and what another works with stays", async () => {
  const mine = claimFolder("mine");
  const [killed, going] = [await rehearsal(), await rehearsal()];
  await killed.end("SIGKILL");
  assert.equal(workingWith(killed.folder).length, 1, "its program goes on without it");

  const released = releaseAbandoned();

  assert.ok(released.includes(killed.folder) && !released.includes(going.folder) && !released.includes(mine));
  assert.deepEqual([existsSync(killed.folder), isMounted(killed.folder)], [false, false]);
  await nobodyWorksIn(killed.folder);
  assert.ok(existsSync(join(going.folder, "owner")) && existsSync(mine));
  assert.equal(workingWith(going.folder).length, 1);
  await going.end("SIGTERM");
  releaseFolder(mine);
  assert.equal(existsSync(mine), false);
});
