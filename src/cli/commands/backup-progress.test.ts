import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { ProgressLine } from "../../backups/progress/line.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import type { Terminal } from "../shell.ts";
import { site } from "./backup.test-support.ts";

/* What goes on for long says how far it is: each kind of work in the same lines, by real restic and PostgreSQL. */

const { dir, secret, production } = site();
const password = "canary-6ab2d9";
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
writeFileSync(
  join(dir, "millwright.server.yaml"),
  `mode: act\n${production({
    head: "",
    key: password,
    stores: [`{ component: mlflow, kind: postgresql, url: "${secret("url", url)}" }`],
  }).replace("backups:\n", "backups:\n  installation: acme\n")}`,
);

let now = Date.UTC(2026, 10, 20, 9);
/** Each look at the clock finds it so much later, so that whatever goes by is told. */
const tick = 12_000;

function run(args: readonly string[], errColumns?: number): Promise<Said> {
  const terminal: Terminal = { columns: undefined, colour: false, errColumns };
  return millwright(dir, ["backup", ...args, "--environment", "production"], {
    clock: { now: () => instantOf((now += tick)) },
    terminal,
  });
}

/** The numbers that were told of a kind of work, and the last line of all. */
async function told(what: string, ...args: readonly string[]) {
  const { code, out, err } = await run([...args, "-o", "jsonl"]);
  assert.equal(code, 0, out + err);
  const lines = out.trimEnd().split("\n");
  const said = lines.flatMap((line) => ProgressLine.safeParse(JSON.parse(line)).data ?? []);
  const far = said.filter((line) => line.what === what && line.text === undefined);
  return { far, last: JSON.parse(lines.at(-1) ?? "") as Readonly<Record<string, unknown>> };
}

await run(["init"]);
quickenKey(join(dir, "repository"), password);
const first = await told("backup", "run", "--no-prove");
const { backups } = JSON.parse((await run(["list", "-o", "json"])).out) as {
  readonly backups: readonly { readonly id: string; readonly bytes: number }[];
};
const [{ id, bytes }] = backups as readonly [{ readonly id: string; readonly bytes: number }];
const store = "mlflow/database";

test("a first backup says what went by, and knows no end", () => {
  assert.ok(first.far.some((one) => one.store === store && one.done === bytes));
  assert.ok(first.far.every(({ total, remainingSeconds }) => total === undefined && remainingSeconds === undefined));
});

test("a proof knows its bytes beforehand; the next one how long it takes too", async () => {
  const before = await told("proof", "prove", id);
  const all = before.far.filter(({ done }) => done === bytes);
  assert.ok(all.every(({ store: of, total, remainingOf }) => of === store && total === bytes && remainingOf !== "all"));
  assert.ok(all.some(({ phase }) => phase === "comparing every table with the manifest"));
  assert.deepEqual([before.last["kind"], before.last["backup"]], ["proof", id]);

  const next = await told("proof", "prove", id);
  assert.ok(next.far.some(({ remainingSeconds = 0, remainingOf }) => remainingSeconds > 0 && remainingOf === "all"));
});

test("a drill says the same of each store", async () => {
  const { far, last } = await told("drill", "drill", "--component", "mlflow");
  assert.ok(far.some((one) => one.store === store && one.done === bytes && one.total === bytes));
  assert.equal(last["kind"], "drill");
});

test("a restore does: to a folder, to a new database, and in place, with the backup before it", async () => {
  const targets = [
    ["--to", join(dir, "files")],
    ["--to", `database:copy_of_${new URL(url).pathname.slice(1)}`],
    ["--in-place"],
  ];
  for (const to of targets) {
    const { far, last } = await told("restore", "restore", id, ...to, "--yes");
    assert.ok(
      far.some((one) => one.store === store && one.done === bytes && one.total === bytes),
      `${to.join(" ")}: ${JSON.stringify(far)}`,
    );
    assert.deepEqual([last["kind"], last["state"]], ["restored", "restored"]);
  }
  const { far } = await told("backup", "restore", id, "--in-place", "--yes");
  assert.ok(far.some((one) => one.store === store && Number(one.done) > 0));
});

test("a check that reads every byte says how much of it", async () => {
  const { far, last } = await told("check", "check", "--read-data");
  assert.ok(far.some(({ percent, phase }) => percent === 100 && phase === "reading every byte"));
  assert.deepEqual(last, { kind: "checked", damage: [] });
});

test("a terminal has one line of it, written anew and gone at the end; a file has lines", async () => {
  const escape = String.fromCodePoint(27);
  const { err } = await run(["prove", id], 60);
  const shown = err.split(`\r${escape}[K`).filter((line) => line.startsWith(`${store}: `));
  assert.ok(shown.length > 0);
  assert.ok(shown.every((line) => line.length < 60 && !line.includes("\n")));
  assert.ok(err.endsWith(`\r${escape}[K`));

  const file = await run(["prove", id]);
  assert.doesNotMatch(file.err, /\r/);
  assert.match(file.err, /^mlflow\/database: all of [\d.]+ k?B, .* so far/m);
});
