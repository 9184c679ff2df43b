import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { ProgressLine } from "../../backups/progress/line.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

/* Backups, proofs and restores of several stores say how far each is and how far all of it is, by real restic and PostgreSQL. */

const { dir, secret, production } = site();
const password = "canary-5d1e";
const [mlflow, keycloak] = await Promise.all([
  databaseWith(`${mlflowTables}${mlflowRows}`),
  databaseWith("create table realm (id int primary key); insert into realm values (1), (2)"),
]);
const [a, b] = ["mlflow/database", "keycloak/database"];

/** Where the first store's database is. */
function declare(first: string): void {
  const stores = [
    `{ component: mlflow, kind: postgresql, url: "${secret("mlflow", first)}" }`,
    `{ component: keycloak, kind: postgresql, url: "${secret("keycloak", keycloak)}" }`,
  ];
  const declared = production({ head: "", key: password, stores });
  const ours = declared.replace("backups:\n", "backups:\n  installation: acme\n");
  writeFileSync(join(dir, "millwright.server.yaml"), `mode: act\n${ours}`);
}

let now = Date.UTC(2026, 10, 20, 9);
/** Each look at the clock finds it so much later, so that whatever goes by is told. */
const tick = 12_000;

function run(...args: readonly string[]): Promise<Said> {
  return millwright(dir, ["backup", ...args, "--environment", "production"], {
    clock: { now: () => instantOf((now += tick)) },
  });
}

interface Told {
  readonly code: number;
  /** Lines with numbers. */
  readonly far: readonly ProgressLine[];
  /** What was said last of each piece of work: which kind, of which store, and how many of its kind are over. */
  readonly ends: readonly string[];
  readonly last: Readonly<Record<string, unknown>>;
}

async function told(...args: readonly string[]): Promise<Told> {
  const { code, out, err } = await run(...args, "-o", "jsonl");
  const lines = out.trimEnd().split("\n");
  const said = lines.flatMap((line) => ProgressLine.safeParse(JSON.parse(line)).data ?? []);
  const far = said.filter(({ text }) => text === undefined);
  assert.ok(far.length > 0, out + err);
  assert.ok(far.every(({ whole }) => whole !== undefined && whole.done <= whole.of && whole.of === 2));
  const ended = far.filter((one, index) => one.what !== far[index + 1]?.what || one.store !== far[index + 1]?.store);
  const ends = ended.map(({ what, store, whole }) => `${what} ${store}: ${whole?.done} ${whole?.what}`);
  return { code, far, ends, last: JSON.parse(lines.at(-1) ?? "") as Told["last"] };
}

/** The first line of a kind of work on a store. */
function firstOf({ far }: Told, what: string, store: string): ProgressLine {
  const first = far.find((one) => one.what === what && one.store === store);
  assert.ok(first !== undefined, `${what} ${store}`);
  return first;
}

declare(mlflow);
await run("init");
quickenKey(join(dir, "repository"), password);
const each = await told("run", "--store", a, b, "--prove");
const all = await told("run");
const point = String(all.last["point"]);

test("stores that are proven one by one are counted as backups and as proofs, and without a time none is told", () => {
  assert.equal(each.code, 0);
  assert.deepEqual(each.ends, [
    `backup ${a}: 1 backups`,
    `proof ${a}: 1 proofs`,
    `backup ${b}: 2 backups`,
    `proof ${b}: 2 proofs`,
  ]);
  const unknown = `no time is known for ${a}, ${b}`;
  assert.deepEqual(firstOf(each, "backup", a).whole, { what: "backups", done: 0, of: 2, unknown });
  assert.deepEqual(firstOf(each, "proof", b).whole, {
    what: "proofs",
    done: 1,
    of: 2,
    unknown: `no time is known for ${b}`,
  });
  assert.deepEqual(each.far.at(-1)?.whole, { what: "proofs", done: 2, of: 2 });
});

test("a recovery point's backups know how long they and its proof take; what rows name is looked for at the end", () => {
  assert.equal(all.code, 0);
  assert.deepEqual(all.ends, [
    `backup ${a}: 1 backups`,
    `backup ${b}: 2 backups`,
    `proof ${a}: 1 proofs`,
    `proof ${b}: 2 proofs`,
    "proof undefined: 2 proofs",
  ]);
  const began = firstOf(all, "backup", a);
  assert.equal(began.remainingOf, "all");
  const rest = all.far.findLast(({ what, store }) => what === "backup" && store === b)?.whole?.remainingSeconds ?? 0;
  assert.ok(rest > 0 && Number(began.whole?.remainingSeconds) > rest + Number(began.remainingSeconds));
  assert.deepEqual(all.far.at(-1)?.whole, { what: "proofs", done: 2, of: 2 });
  assert.equal(all.far.at(-1)?.phase, "looking whether what rows name is there");
});

test("without a proof after it a point's backups end with the last of them", async () => {
  const { far, ends } = await told("run", "--no-prove");

  assert.deepEqual(ends, [`backup ${a}: 1 backups`, `backup ${b}: 2 backups`]);
  assert.deepEqual(far.at(-1)?.whole, { what: "backups", done: 2, of: 2 });
});

test("a proof of a point says how far all of it is, in the same words to a person", async () => {
  const proof = await told("prove", point);

  assert.deepEqual(proof.ends, [`proof ${a}: 1 proofs`, `proof ${b}: 2 proofs`, "proof undefined: 2 proofs"]);
  const began = firstOf(proof, "proof", a);
  assert.ok(Number(began.whole?.remainingSeconds) > Number(began.remainingSeconds));
  const file = await run("prove", point);
  assert.match(file.err, new RegExp(`^0 of 2 proofs done, some .+ left; ${a}: `, "m"));
  assert.match(file.err, new RegExp(`^1 of 2 proofs done, some .+ left; ${b}: `, "m"));
  assert.match(file.err, /^2 of 2 proofs done; .*looking whether what rows name is there$/m);
});

test("a restore to a folder counts its stores, in a time that nobody knows", async () => {
  const { code, far, ends } = await told("restore", point, "--to", join(dir, "files"), "--yes");

  assert.equal(code, 0);
  assert.deepEqual(ends, [`restore ${a}: 1 restores`, `restore ${b}: 2 restores`]);
  assert.equal(far[0]?.whole?.unknown, `no time is known for ${a}, ${b}`);
});

test("a restore in place counts the backups before it for themselves, and what is left is of both; so it is taken back", async () => {
  const restore = await told("restore", point, "--in-place", "--yes");

  assert.deepEqual([restore.code, restore.last["state"]], [0, "restored"]);
  assert.deepEqual(restore.ends, [
    `backup ${a}: 1 backups`,
    `backup ${b}: 2 backups`,
    `restore ${a}: 1 restores`,
    `restore ${b}: 2 restores`,
  ]);
  const began = firstOf(restore, "backup", a).whole?.remainingSeconds ?? 0;
  const restoring = firstOf(restore, "restore", a).whole?.remainingSeconds ?? 0;
  assert.ok(began > restoring && restoring > 0, `${began}, ${restoring}`);
  assert.deepEqual(restore.far.at(-1)?.whole, { what: "restores", done: 2, of: 2 });

  const undo = await told("restore", "--undo", String(restore.last["id"]), "--yes");
  assert.deepEqual(undo.ends, [`restore ${b}: 1 restores`, `restore ${a}: 2 restores`]);
  assert.deepEqual([undo.code, undo.last["state"]], [0, "undone"], JSON.stringify(undo.last));
});

test("a store that has no backup is through all the same, and then no proof of the point is to come", async () => {
  declare(mlflow.replace(/[^/]*$/, "nowhere"));
  const whole = await told("run");

  assert.equal(whole.code, 1);
  assert.deepEqual(whole.ends, [`backup ${a}: 1 backups`, `backup ${b}: 2 backups`]);
  const second = firstOf(whole, "backup", b);
  assert.ok(second.remainingSeconds !== undefined && second.remainingOf === "all");
  assert.equal(second.whole?.remainingSeconds, second.remainingSeconds);

  const single = await told("run", "--store", a, b);
  assert.equal(single.code, 1);
  assert.deepEqual(single.ends, [`backup ${a}: 1 backups`, `backup ${b}: 2 backups`, `proof ${b}: 2 proofs`]);
});
