import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { scratchFolders } from "./scratch.ts";

const dir = mkdtempSync(join(tmpdir(), "millwright-scratch-"));
after(() => rmSync(dir, { recursive: true, force: true }));

/** The fields of a process's stat after its name: its state first, and 19 further the moment it began. */
function fieldsOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function folderOf(pid: number, started: string | undefined): string {
  const name = `millwright-proof-${pid}-${started}-0123456789ab`;
  mkdirSync(join(dir, name));
  return name;
}

test("a killed process that its parent has not yet waited for has left debris", async () => {
  const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec sleep 600"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [said] = await once(parent.stdout, "data");
    const pid = Number(String(said));
    const left = folderOf(pid, fieldsOf(pid)[19]);
    // A shell would still wait for it.
    while (readFileSync(`/proc/${parent.pid}/comm`, "utf8") !== "sleep\n")
      await new Promise((resolve) => setTimeout(resolve, 10));
    process.kill(pid, "SIGKILL");
    while (fieldsOf(pid)[0] !== "Z") await new Promise((resolve) => setTimeout(resolve, 10));

    const { scratch, removed } = await scratchFolders.make(dir, undefined);
    assert.equal(removed, 1);
    assert.ok(!readdirSync(dir).includes(left));
    await scratch.remove();
  } finally {
    parent.kill("SIGKILL");
  }
});

test("a folder of a process that works stays; one of an earlier process with its number goes", async () => {
  const first = await scratchFolders.make(dir, undefined);
  folderOf(process.pid, "1");
  const second = await scratchFolders.make(dir, undefined);
  assert.deepEqual([first.removed, second.removed], [0, 1]);
  assert.deepEqual(
    readdirSync(dir).toSorted(),
    [first, second].map(({ scratch }) => basename(scratch.folder)).toSorted(),
  );
  await first.scratch.remove();
  await second.scratch.remove();
});
