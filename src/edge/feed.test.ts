import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Ended } from "../kernel/backup-ports.ts";
import { InputError } from "../kernel/errors.ts";
import { processStart } from "./process-start.ts";
import { programs } from "./programs.ts";

const soon = { timeout: 60_000 };
const printing = (script: string) => ({ program: "sh", args: ["-c", script] });

async function read(output: AsyncIterable<Uint8Array>, began?: () => void): Promise<string> {
  let text = "";
  for await (const chunk of output) {
    text += Buffer.from(chunk).toString("utf8");
    began?.();
  }
  return text;
}

test("a program reads what another prints, and its end only once that was said to be whole", soon, async () => {
  const order: string[] = [];
  const whole = async ({ status }: Ended): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    order.push(`whole ${status}`);
  };
  const call = printing("head -c 3000000 /dev/zero");
  const running = programs.start({ program: "wc", args: ["-c"], input: { call, whole } });
  assert.equal((await read(running.output)).trim(), "3000000");
  order.push(`read ${(await running.ended).status}`);
  assert.deepEqual(order, ["whole 0", "read 0"]);
});

test("a program that did not end well has no end for its reader, which is killed", soon, async () => {
  let seen: Ended | undefined;
  const { promise: halfRead, resolve: hasRead } = Promise.withResolvers<void>();
  const whole = async (ended: Ended): Promise<void> => {
    seen = ended;
    await halfRead;
    throw new Error("it is half of it");
  };
  const call = printing("echo half; echo broken >&2; exit 3");
  const running = programs.start({ program: "cat", args: [], input: { call, whole } });
  assert.equal(await read(running.output, hasRead), "half\n");
  assert.equal((await running.ended).signal, "SIGKILL");
  assert.deepEqual([seen?.status, seen?.errors], [3, "broken\n"]);
});

test("a program that is not there is no end of its output either", soon, async () => {
  let said = "";
  const whole = async ({ status, errors }: Ended): Promise<void> => {
    said = `${status} ${errors}`;
    throw new Error("nothing of it");
  };
  const call = { program: "no-such-program", args: [] };
  const running = programs.start({ program: "cat", args: [], input: { call, whole } });
  await read(running.output);
  assert.equal((await running.ended).signal, "SIGKILL");
  assert.match(said, /^127 .*no-such-program/);
});

test(
  "whose reader has gone is ended and not asked whether it was whole: the reader's own end tells",
  soon,
  async () => {
    for (const script of ["yes", "sleep 600"]) {
      let asked = false;
      const whole = async (): Promise<void> => {
        asked = true;
      };
      const running = programs.start({ ...printing("exit 7"), input: { call: printing(`exec ${script}`), whole } });
      await read(running.output);
      assert.equal((await running.ended).status, 7);
      while (childrenOf(process.pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(asked, false);
    }
  },
);

test("where the reader cannot be started, what it would have read is ended", soon, async () => {
  let asked = false;
  const whole = async (): Promise<void> => {
    asked = true;
  };
  const running = programs.start({
    program: "no-such-program",
    args: [],
    input: { call: printing("exec sleep 600"), whole },
  });
  await assert.rejects(running.ended, /no-such-program is not on this machine/);
  while (childrenOf(process.pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked, false);
});

test("a machine that lacks what a feed needs is told what that is", soon, async (context) => {
  const { PATH: path = "" } = process.env;
  context.after(() => void (process.env["PATH"] = path));
  const bin = mkdtempSync(join(tmpdir(), "millwright-bin-"));
  context.after(() => rmSync(bin, { recursive: true }));
  const cat = execFileSync("sh", ["-c", "command -v cat"], { encoding: "utf8" }).trim();
  const mkfifo = execFileSync("sh", ["-c", "command -v mkfifo"], { encoding: "utf8" }).trim();
  let said: Ended | undefined;
  const whole = async (ended: Ended): Promise<void> => {
    said = ended;
    throw new Error("nothing of it");
  };
  const call = { program: cat, args: [], input: { call: printing("echo never"), whole } };

  process.env["PATH"] = bin;
  assert.throws(
    () => programs.start(call),
    (thrown) => thrown instanceof InputError && /^mkfifo is not on this machine$/.test(thrown.message),
  );

  symlinkSync(mkfifo, join(bin, "mkfifo"));
  const running = programs.start(call);
  assert.equal(await read(running.output), "");
  assert.equal((await running.ended).signal, "SIGKILL");
  assert.deepEqual(said, { status: 127, signal: null, errors: "setpriv is not on this machine" });
});

test("both end when we are killed", soon, async () => {
  const script = `
    import { programs } from "./programs.ts";
    const call = { program: "sh", args: ["-c", "echo $$; exec sleep 600"] };
    const running = programs.start({ program: "cat", args: [], input: { call, whole: async () => undefined } });
    for await (const chunk of running.output) process.stdout.write(chunk);`;
  const ours = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(ours.stdout, "data")) as [Buffer];
  const pids = childrenOf(ours.pid ?? 0);
  assert.equal(pids.length, 2);
  assert.ok(pids.includes(Number(line.toString())));
  ours.kill("SIGKILL");
  while (pids.some((pid) => processStart(pid) !== undefined)) await new Promise((resolve) => setTimeout(resolve, 20));
});

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
