import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { removalIn } from "../../backups/removal/record.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { readRecord, recordsIn, writeRecord } from "../../backups/repository/records.ts";
import { Repository } from "../../backups/repository/restic.ts";
import { type Tagged, tagsOf } from "../../backups/repository/tags.ts";
import { carryOutPrune, planPrune } from "../../backups/schedule/prune.ts";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { openBackups } from "../../edge/backups.ts";
import { SystemError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import { Retention } from "../../platform/backup-schedule.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, production } = site();
const password = "canary-5a1e";
const key = join(dir, "key.pem");
execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", key], { stdio: "ignore" });
execFileSync("chmod", ["600", key]);
const declared = production({ key: password, stores: ['{ component: mlflow, kind: postgresql, url: "env:URL" }'] });
writeFileSync(
  join(dir, "millwright.server.yaml"),
  declared.replace("backups:\n", `backups:\n  signingKey: file:${key}\n`),
);

const { ports } = openBackups(process.env);
const place = { repository: join(dir, "repository"), password, environment: {} };
const repository = new Repository(place, ports);
const whose = { installation: "millwright", environment: "production" };
const day = 86_400_000;
const later = (days: number) => instantOf(Date.now() + days * day);

/** So many days after what was stored by now. */
function after(days: number, ...args: readonly string[]): Promise<Said> {
  return millwright(dir, ["backup", ...args], { clock: { now: () => later(days) } });
}

async function keep(tagged: Partial<Tagged> & Pick<Tagged, "part" | "backup" | "store">, text = "some"): Promise<void> {
  await repository.record("file", tagsOf({ ...whose, ...tagged }), text, new AbortController().signal);
}

/** What a run leaves of a backup of one part, taken so many days from now. */
async function backUp(id: string, days: number): Promise<void> {
  const mine = { backup: id, store: "mlflow/database" };
  await keep({ ...mine, part: "part" }, randomBytes(1000).toString("hex"));
  const sealed = {
    kind: "postgresql",
    class: "daily",
    takenAt: later(days),
    bytes: 1000,
    parts: 1,
    digest: "d",
  } as const;
  await keep({ ...mine, part: "seal", ...sealed });
}

const json = async (...args: readonly [number, ...string[]]) =>
  JSON.parse((await after(...args)).out) as {
    readonly removed: readonly { readonly id: string }[];
    readonly debris: readonly { readonly snapshot: string; readonly backup: string }[];
    readonly frees?: number;
    readonly done?: { readonly freed: { readonly bytes: number; readonly stuck: number }; readonly record: string };
  };
const backups = async () =>
  (
    JSON.parse((await after(40, "list", "-o", "json")).out) as { readonly backups: readonly { readonly id: string }[] }
  ).backups.map(({ id }) => id);

test("what retention and killed runs leave is one plan; what it would free is said, and freed; it is written down and signed", async () => {
  assert.equal((await after(0, "init")).code, 0);
  quickenKey(place.repository, password);
  await backUp("old-1", 0);
  await backUp("new-1", 39);
  await keep({ part: "part", backup: "dead-1", store: "mlflow/database" }, "y".repeat(1000));

  const shown = await after(40, "prune");
  assert.match(shown.out, /Would be removed:\n {2}old-1: daily, kept for 30 days/);
  assert.match(shown.out, /What interrupted runs left:\n.*a part without a sealed manifest/);
  assert.match(shown.out, /It would free [\d.]+ .*\nNothing was removed; --yes removes these\./);
  assert.deepEqual(await backups(), ["new-1", "old-1"]);
  const { frees } = await json(40, "prune", "-o", "json");
  assert.equal((await json(40, "prune", "--quick", "-o", "json")).frees, undefined);

  const { done, debris } = await json(40, "prune", "--yes", "--why", "the yearly clearing", "-o", "json");
  assert.ok(frees !== undefined && frees > 0 && done !== undefined);
  assert.ok(Math.abs(done.freed.bytes - frees) < 100, `${done.freed.bytes} of ${frees}`);
  assert.equal(done.freed.stuck, 0);
  assert.deepEqual(
    debris.map((one) => one.backup),
    ["dead-1"],
  );
  assert.deepEqual(await backups(), ["new-1"]);

  const said = await after(40, "removals", "--show", done.record);
  assert.match(said.out, /why +the yearly clearing\n +backup +old-1: daily, kept for 30 days/);
  assert.match(said.out, /signed +yes/);
  assert.match((await after(40, "removals")).out, new RegExp(`${done.record}.*signed`));
});

test("a removal that was forged, changed, or copied from another repository is not gone by", async () => {
  const [record] = recordsIn(await repository.snapshots(), "removal");
  assert.ok(record);
  const text = await readRecord(repository, record);
  const here = { ...whose, repository: (await repository.id()) ?? "" };
  const pem = execFileSync("cat", [key], { encoding: "utf8" });
  assert.equal(removalIn(text, here, [pem]).untrusted, undefined);
  assert.match(removalIn(text.replace("old-1", "new-1"), here, [pem]).untrusted ?? "", /signature is wrong/);
  assert.match(removalIn(text, { ...here, repository: "other" }, [pem]).untrusted ?? "", /of another repository/);
  assert.match(removalIn(text, { ...here, environment: "staging" }, [pem]).untrusted ?? "", /of another repository/);
  const other = execFileSync("openssl", ["genpkey", "-algorithm", "ed25519"], { encoding: "utf8" });
  assert.match(removalIn(text, here, [other]).untrusted ?? "", /not configured here/);

  const { removal } = JSON.parse(text) as { readonly removal: object };
  const forged = { kind: "removal" as const, id: "removal-forged", at: later(40), verdict: "signed" };
  await writeRecord(
    repository,
    forged,
    whose,
    { removal: { ...removal, id: forged.id } },
    new AbortController().signal,
  );
  assert.match((await after(40, "removals", "--show", forged.id)).out, /signed +no: it is not signed/);
  await writeRecord(repository, { ...forged, id: "removal-none" }, whose, "?", new AbortController().signal);
  assert.match((await after(40, "removals", "--show", "removal-none")).err, /is no removal/);
});

test("a removal that was killed between the seals and the parts is gone on with: nothing looks whole, and its room is freed", async () => {
  await backUp("old-2", 0);
  class Killed extends Repository {
    #times = 0;
    override async forget(snapshots: readonly string[]): Promise<void> {
      if ((this.#times += 1) > 1) throw new SystemError("the worker is gone", "retry");
      await super.forget(snapshots);
    }
  }
  const killed = new Killed(place, ports);
  const plan = await planPrune(killed, Retention.parse({}), later(40), { holds: new Map(), only: new Set(["old-2"]) });
  await assert.rejects(carryOutPrune(killed, plan), /the worker is gone/);
  assert.deepEqual(await backups(), ["new-1"]);

  const others = await json(40, "prune", "-o", "json", "--only", "another");
  assert.deepEqual([others.removed, others.debris], [[], []]);
  const { removed, debris, done } = await json(40, "prune", "-o", "json", "--yes", "--only", "old-2");
  assert.deepEqual([removed, debris.map((one) => one.backup)], [[], ["old-2"]]);
  assert.ok((done?.freed.bytes ?? 0) > 1000, JSON.stringify(done));
  assert.deepEqual(await repository.check(true), []);
});

test("a removal that was killed before its prune is gone on with too: nothing is listed any more, and the room is freed", async () => {
  await backUp("old-3", 0);
  const plan = await planPrune(repository, Retention.parse({}), later(40), {
    holds: new Map(),
    only: new Set(["old-3"]),
  });
  await repository.forget(plan.removed.flatMap(({ snapshots }) => snapshots));
  const { done } = await json(40, "prune", "-o", "json", "--yes", "--only", "old-3");
  assert.ok((done?.freed.bytes ?? 0) > 1000, JSON.stringify(done));
});
