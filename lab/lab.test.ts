import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { eventually } from "./environment.test-support.ts";
import { readState, runningMain } from "./state.ts";

const checkout = join(import.meta.dirname, "..");
const data = mkdtempSync(join(tmpdir(), "millwright-lab-whole-"));
chmodSync(data, 0o755);
let lab: ChildProcess | undefined;
after(async () => {
  if (lab?.exitCode === null && lab.signalCode === null) {
    lab.kill("SIGINT");
    await once(lab, "exit");
  }
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
});

const command = (program: string, ...args: readonly string[]): readonly string[] => [
  "--disable-warning=ExperimentalWarning",
  join(checkout, program),
  ...args,
];

/** Starts it and waits until it says that it is there. */
async function start(): Promise<string> {
  const begun = spawn(process.execPath, command("lab/start.ts", "--data", data, "--ports", "any"), {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  lab = begun;
  let said = "";
  begun.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  begun.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  for (let round = 0; round < 3000 && !said.includes("Ctrl-C ends it."); round += 1) {
    assert.equal(begun.exitCode, null, said);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  assert.match(said, /The lab is there after/);
  return said;
}

async function end(signal: "SIGKILL" | "SIGINT"): Promise<number | null> {
  assert.ok(lab);
  assert.equal(lab.exitCode ?? lab.signalCode, null, "it runs");
  const ended = once(lab, "exit") as Promise<[number | null]>;
  lab.kill(signal);
  return (await ended)[0];
}

/** Every process that names the lab's folder, by what it was started with. */
function processes(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return line.includes(data) ? [line] : [];
      } catch {
        return [];
      }
    });
}

const secret = (name: string): string => readFileSync(join(data, "secrets", name), "utf8");
const url = (name: string): string => `http://127.0.0.1:${readState(data)?.ports[name]}`;
const asPerson = (name: string) => ({ headers: { authorization: `Bearer ${secret(`token-${name}`)}` } });

async function cli(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const child = spawn(process.execPath, command("src/cli/start.ts", "lab", ...args, "--data", data), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, out };
}

const first = await start();

test("it says where the console is, and who may log in", () => {
  assert.match(first, /Console {2}http:\/\/127\.0\.0\.1:\d+/);
  for (const name of ["operator", "approver", "admin"]) assert.match(first, new RegExp(`${name} +lab-\\w{6}`));
});

test("the control plane knows three environments, and each account by its token", async () => {
  const me = (await (await fetch(`${url("console")}/api/v1/me`, asPerson("approver"))).json()) as {
    readonly roles: Readonly<Record<string, string>>;
  };
  assert.deepEqual(me.roles, { "*": "approver" });
  await eventually("the probes of all three have looked", async () => {
    const reply = await fetch(`${url("console")}/api/v1/health`, asPerson("operator"));
    const text = await reply.text();
    return ["development", "staging", "production"].every((name) => text.includes(name));
  });
});

test("a killed worker is started again", async () => {
  const pid = readState(data)?.processes.find(({ name }) => name === "control plane worker")?.pid ?? 0;
  process.kill(pid, "SIGKILL");

  await eventually("another worker", () => {
    const now = readState(data)?.processes.find(({ name }) => name === "control plane worker")?.pid;
    return now !== undefined && now !== pid;
  });
});

test("the panel asks for its token, refuses other pages' forms, and does faults as the command line does", async () => {
  const panel = url("panel");
  const cookie = `lab=${secret("panel")}`;
  const form = { method: "POST", body: "id=cut-network", redirect: "manual" } as const;
  const type = "application/x-www-form-urlencoded";

  assert.equal((await fetch(panel)).status, 401);
  assert.equal((await fetch(`${panel}/faults`, { ...form, headers: { "content-type": type } })).status, 401);
  const foreign = { cookie, origin: "https://evil.example", "content-type": type };
  assert.equal((await fetch(`${panel}/faults`, { ...form, headers: foreign })).status, 403);
  const own = { cookie, origin: panel, "content-type": type };
  assert.equal((await fetch(`${panel}/faults`, { ...form, headers: own })).status, 303);
  const page = await (await fetch(panel, { headers: { cookie } })).text();
  assert.match(page, /Broken now[\s\S]*A network that is cut/);
  assert.doesNotMatch(page, /<script/);

  const mended = await cli("fault", "mend", "cut-network");
  assert.equal(mended.code, 0, mended.out);
  assert.match((await cli("status")).out, /Nothing is broken/);
  assert.match((await cli("fault", "apply", "flood")).out, /There is no fault flood/);
});

test("the panel lets in by a login's password, which no address has", async () => {
  const panel = url("panel");
  const logIn = (password: string): Promise<Response> =>
    fetch(`${panel}/login`, { method: "POST", body: new URLSearchParams({ password }), redirect: "manual" });

  const door = await (await fetch(panel)).text();
  const wrong = await logIn("lab-000000");
  const right = await logIn(secret("password-operator"));

  assert.match(door, /type="password"/);
  assert.doesNotMatch(door, /Faults/);
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers.get("set-cookie"), null);
  assert.equal(right.status, 303);
  const cookie = (right.headers.get("set-cookie") ?? "").replace(/;.*/, "");
  assert.match(await (await fetch(panel, { headers: { cookie } })).text(), /Faults/);
  assert.equal((await fetch(`${panel}/?token=${secret("panel")}`)).status, 401);
});

test("a second lab in the same folder is refused, and so is deleting one that runs", async () => {
  const second = await cli("start");
  const reset = await cli("reset", "--yes");

  assert.equal(second.code, 1);
  assert.match(second.out, /The lab runs already/);
  assert.match(reset.out, /End it first/);
  assert.ok(runningMain(data));
});

test("after kill -9 no orphan stays, and the next start finds everything", async () => {
  const ports = readState(data)?.ports;
  const head = readFileSync(join(data, "git", "mlops.git", "refs", "heads", "main"), "utf8");
  await end("SIGKILL");
  await eventually("nothing is left", () => processes().length === 0);

  const again = await start();

  assert.equal(processes().filter((line) => line.includes(`postgres -D ${data}/control/data`)).length, 1);
  assert.deepEqual(readState(data)?.ports, ports);
  assert.equal(readFileSync(join(data, "git", "mlops.git", "refs", "heads", "main"), "utf8"), head);
  assert.doesNotMatch(again, /logins for the command line/, "tokens are still there");
  const me = await fetch(`${url("console")}/api/v1/me`, asPerson("operator"));
  assert.equal(me.status, 200);
});

test("Ctrl-C ends every process, and reset deletes what it names", async () => {
  assert.equal(await end("SIGINT"), 0);

  assert.deepEqual(processes(), []);
  assert.equal(readState(data)?.main, undefined);
  const shown = await cli("reset");
  assert.equal(shown.code, 1);
  assert.match(shown.out, /This would be deleted[\s\S]*ledger\.jsonl/);
  assert.ok(existsSync(join(data, "state.json")));
  assert.equal((await cli("reset", "--yes")).code, 0);
  assert.equal(existsSync(data), false);
});
