import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { InputError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { Retention } from "../../platform/backup-schedule.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { TestRepository } from "../own.test-support.ts";
import { lastTelling } from "../repository/catalogue.ts";
import { quickenKey } from "../repository/quick-key.test-support.ts";
import { carryOutPrune, type PrunePlan, planPrune } from "./prune.ts";

/** restic's repository, and a clock of ours that can be set. */
class Shifted extends TestRepository {
  /** Days that the clock is wrong by. */
  days = 0;

  static override async make(): Promise<Shifted> {
    const made = new Shifted();
    made.id = await made.open().init();
    quickenKey(made.folder, made.password);
    return made;
  }

  override now(): Instant {
    return instantOf(Date.parse(super.now()) + this.days * 86_400_000);
  }

  async shown(): Promise<readonly (readonly [id: string, verdict: string | undefined])[]> {
    return (await this.catalogue()).backups.map(({ id, proofs }) => [id, lastTelling(proofs)?.verdict] as const);
  }

  plan(): Promise<PrunePlan> {
    return planPrune(this.open(), Retention.parse({}), this.now(), { holds: new Map(), only: undefined });
  }
}

test("a clock set back by days: nothing is removed, a backup made then is shown and restorable, and stays when it is right again", async () => {
  const repository = await Shifted.make();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const before = (await repository.backUp(url)).manifest;
  await repository.prove(before.id);

  repository.days = -10;
  const refused = await repository.plan();
  assert.deepEqual([refused.removed, refused.packs, refused.points], [[], [], []]);
  assert.match(refused.refused ?? "", /is yet to come: a clock was set back/);
  await assert.rejects(carryOutPrune(repository.open(), refused), InputError);

  const db = new Client({ connectionString: url });
  await db.connect();
  await db.query("insert into registered_models values ('made while the clock stood back', 0)").finally(() => db.end());
  const meanwhile = (await repository.backUp(url)).manifest;
  assert.ok(meanwhile.takenAt < before.takenAt, "it is older by its clock");
  const proof = await repository.prove(meanwhile.id);
  assert.equal(proof.verdict.kind, "proven");
  assert.equal(meanwhile.body.content.tables.find(({ table }) => /registered_models/.test(table))?.rows, 2);
  assert.deepEqual(await repository.shown(), [
    [before.id, "proven"],
    [meanwhile.id, "proven"],
  ]);
  assert.deepEqual((await repository.plan()).removed, []);

  for (const days of [0, 15]) {
    repository.days = days;
    const right = await repository.plan();
    assert.deepEqual([right.refused, right.removed, right.packs], [undefined, [], []]);
    await carryOutPrune(repository.open(), right);
  }
  assert.deepEqual(
    (await repository.shown()).map(([, verdict]) => verdict),
    ["proven", "proven"],
  );
  assert.equal((await repository.prove(meanwhile.id)).verdict.kind, "proven");
  assert.deepEqual(await repository.open().check(true), []);
});

test("proofs that fail while the clock stands back outdo those before: of a backup, and of a recovery point", async () => {
  const repository = await Shifted.make();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const { point } = await repository.takePoint(
    [{ component: "mlflow", store: "database", kind: "postgresql", url: { kind: "env", name: "DATABASE_URL" } }],
    { secret: () => Promise.resolve(url) },
  );
  const [manifest] = (await repository.catalogue()).backups;
  assert.ok(point && manifest);
  assert.equal((await repository.provePoint(point.point.id)).verdict.kind, "proven");
  repository.days = -10;
  const data = join(repository.folder, "data");
  const packs = readdirSync(data, { recursive: true, encoding: "utf8" })
    .map((name) => join(data, name))
    .filter((file) => statSync(file).isFile());
  const [largest = ""] = packs.toSorted((a, b) => statSync(b).size - statSync(a).size);
  const bytes = readFileSync(largest);
  bytes[100] = (bytes[100] ?? 0) ^ 0x20;
  chmodSync(largest, 0o600);
  writeFileSync(largest, bytes);

  assert.equal((await repository.provePoint(point.point.id)).verdict.kind, "failed");

  assert.deepEqual(await repository.shown(), [[manifest.id, "failed"]]);
  const [shown] = (await repository.catalogue()).points;
  assert.equal(lastTelling(shown?.proofs ?? [])?.verdict, "failed");
});
