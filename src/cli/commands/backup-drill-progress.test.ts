import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { ProgressLine } from "../../backups/progress/line.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { progressLog } from "../../backups/server/progress.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { flipLargestPack, site } from "./backup.test-support.ts";

/* A drill over several stores says how far each is and how far all of them are, by real restic and PostgreSQL. */

const { dir, secret, production } = site();
const password = "canary-90f3";
const [mlflow, keycloak] = await Promise.all([
  databaseWith(`${mlflowTables}${mlflowRows}`),
  databaseWith("create table realm (id int primary key); insert into realm values (1), (2)"),
]);
writeFileSync(
  join(dir, "millwright.server.yaml"),
  production({
    key: password,
    stores: [
      `{ component: mlflow, kind: postgresql, url: "${secret("mlflow", mlflow)}" }`,
      `{ component: keycloak, kind: postgresql, url: "${secret("keycloak", keycloak)}" }`,
    ],
  }),
);

let now = Date.UTC(2026, 10, 20, 9);
/** Each look at the clock finds it so much later, so that whatever goes by is told. */
const tick = 12_000;

function run(...args: readonly string[]): Promise<Said> {
  return millwright(dir, ["backup", ...args], { clock: { now: () => instantOf((now += tick)) } });
}

interface Drilled {
  readonly code: number;
  readonly out: string;
  /** Lines with numbers. */
  readonly far: readonly ProgressLine[];
  readonly wholes: readonly ProgressLine["whole"][];
}

async function drilled(): Promise<Drilled> {
  const { code, out, err } = await run("drill", "-o", "jsonl");
  const lines = out.trimEnd().split("\n");
  const said = lines.flatMap((line) => ProgressLine.safeParse(JSON.parse(line)).data ?? []);
  const far = said.filter(({ what, text }) => what === "drill" && text === undefined);
  assert.ok(far.length > 0, out + err);
  return { code, out, far, wholes: far.map(({ whole }) => whole) };
}

await run("init");
quickenKey(join(dir, "repository"), password);
const taken = await run("run", "--no-prove");
assert.equal(taken.code, 0, taken.out + taken.err);
const [first, second] = ["mlflow/database", "keycloak/database"];
const what = "stores";

test("with stores that were never timed it counts them, and says that the time left is unknown, and why", async () => {
  const { code, far, wholes } = await drilled();

  assert.equal(code, 0);
  assert.deepEqual(wholes[0], { what, done: 0, of: 2, unknown: `no time is known for ${first}, ${second}` });
  assert.ok(wholes.every((whole) => whole !== undefined && whole.remainingSeconds === undefined));
  const between = far.findLast(({ store }) => store === first)?.whole;
  assert.deepEqual(between, { what, done: 1, of: 2, unknown: `no time is known for ${second}` });
  assert.deepEqual(far.findLast(({ store }) => store === second)?.whole, { what, done: 2, of: 2 });
  const last = far.at(-1);
  assert.deepEqual(
    [last?.store, last?.phase, last?.whole],
    [undefined, "looking whether what rows name is there", { what, done: 2, of: 2 }],
  );
});

test("the next one knows how long all of it takes: the rest of this store, and the others as long as the last time", async () => {
  const { far } = await drilled();

  const early = far.filter(({ store, remainingOf }) => store === first && remainingOf === "all");
  assert.ok(early.length > 0);
  for (const { whole, remainingSeconds = 0 } of early) assert.ok(Number(whole?.remainingSeconds) > remainingSeconds);
  const lefts = early.map(({ whole }) => Number(whole?.remainingSeconds));
  assert.deepEqual(
    lefts,
    lefts.toSorted((a, b) => b - a),
  );
  const late = far.filter(
    ({ store, remainingOf, whole }) => store === second && remainingOf === "all" && whole?.done === 1,
  );
  assert.ok(late.length > 0);
  for (const { whole, remainingSeconds } of late)
    assert.deepEqual(whole, { what, done: 1, of: 2, remainingSeconds: Number(remainingSeconds) });
});

test("a file and the log of a server's step say it in the same words", async () => {
  const file = await run("drill");
  assert.match(file.err, new RegExp(`^0 of 2 stores done, some .+ left; ${first}: .* of .*kB`, "m"));
  assert.match(file.err, new RegExp(`^1 of 2 stores done, some .+ left; ${second}: `, "m"));

  const { out } = await drilled();
  const log: string[] = [];
  let at = 0;
  const see = progressLog(
    (line) => void log.push(line),
    () => (at += 60_000),
  );
  for (const line of out.trimEnd().split("\n")) see(JSON.parse(line));
  assert.ok(
    log.some((line) => line.startsWith(`0 of 2 stores done, some `) && line.includes(`${first}: `)),
    log.join("\n"),
  );
  assert.ok(
    log.includes(`${second}: restoring ${log.join().match(/keycloak-database-\w+-\w+/)?.[0]} into what is thrown away`),
  );
});

test("a store that cannot be restored is done too, and the next one has its turn", async () => {
  flipLargestPack({ dir });

  const { code, far } = await drilled();

  assert.equal(code, 2);
  assert.deepEqual(far.find(({ store }) => store === second)?.whole?.done, 1);
  assert.deepEqual(far.at(-1)?.whole, { what, done: 2, of: 2 });
});
