import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { folder } from "../others/prove.test-support.ts";
import { testPorts } from "../own.test-support.ts";
import { Workbench } from "./workbench.ts";

const { signal } = new AbortController();

/** Programs that run with this text among their arguments. */
function runningWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
      } catch {
        return []; // it has just ended
      }
    })
    .filter((line) => line.includes(text));
}

test("a server that is still starting is waited for and stopped before its folder goes", async () => {
  const parent = folder();
  const workbench = await Workbench.open({ parent, path: process.env["PATH"] ?? "", signal }, testPorts);
  const starting = workbench.server(undefined);
  starting.catch(() => undefined);
  await workbench.close();
  assert.deepEqual(readdirSync(parent), []);
  assert.deepEqual(runningWith(parent), []);
  assert.ok((await starting).major > 0);
});

test("a server that takes nobody in is stopped", async () => {
  const parent = folder();
  const connect = () => Promise.reject(new Error("it takes nobody in"));
  const workbench = await Workbench.open(
    { parent, path: process.env["PATH"] ?? "", signal },
    { ...testPorts, connect },
  );
  await assert.rejects(workbench.server(undefined), /it takes nobody in/);
  assert.deepEqual(runningWith(parent), []);
  await workbench.close();
  assert.deepEqual(readdirSync(parent), []);
});
