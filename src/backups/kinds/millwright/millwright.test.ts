// oxlint-disable no-restricted-imports -- tests make the folder of a server of ours
import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { openBackups } from "../../../edge/backups.ts";
import { InputError } from "../../../kernel/errors.ts";
import { instantOf } from "../../../kernel/instant.ts";
import type { MillwrightStore } from "../../../platform/backup-stores.ts";
import { startEmbedded } from "../../../store/embedded.ts";
import { openStore } from "../../../store/store.ts";
import { testDatabase } from "../../../store/test-support.ts";
import { folder } from "../../others/prove.test-support.ts";
import { TestRepository } from "../../own.test-support.ts";
import { readPart } from "../../parts.ts";
import { catalogueOf } from "../../repository/catalogue.ts";
import type { Restoring } from "../../restore/contract.ts";
import { Listed } from "../../server/catalogue.ts";
import { keepListed } from "../../server/mirror.ts";
import type { OwnDatabase } from "../../store-kind.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { millwright } from "./index.ts";
import { restore } from "./restore.ts";

const config: MillwrightStore = { component: "millwright", store: "database", kind: "millwright" };
const inPlace = { kind: "in-place" } as const;
const { path } = openBackups(process.env);
const url = await testDatabase();
const ref = { kind: "env", name: "OWN" } as const;
const own: OwnDatabase = { url: ref, embedded: undefined, path };

async function sql(statement: string, of = url): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: of });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** What a mirror holds of a backup that is in no repository any more. */
const mirrored = (id: string): string => `
  insert into backups (environment, id, store, kind, class, taken_at, bytes, digest, first_seen, last_seen)
  values ('production', '${id}', 'mlflow/database', 'postgresql', 'daily', now(), 1, 'x', now(), now())`;

const repository = await TestRepository.make();
const lent = { own, secret: async () => url };
await sql(mirrored("mlflow-database-removed-later"));
const { manifest } = await repository.backUpStore(config, lent);
const sealed = { ...manifest, body: millwright.body.parse(manifest.body) };
/** Reads what the repository really holds. */
function restoring(of: OwnDatabase = own): Restoring {
  const lent = restoringOf({ stored: new Map(), own: of, secrets: { "env:OWN": url } });
  return { ...lent, readPart: (part) => readPart(repository.open(), part, undefined) };
}

const ids = async (): Promise<readonly unknown[]> =>
  (await sql("select id from backups order by id")).map(({ id }) => id);

test("while a server runs its database is not replaced, and who runs is named", async () => {
  const server = openStore({ url, applicationName: "millwright 3f9c", poolSize: 1 });
  await server
    .tables()
    .selectFrom("backups" as never)
    .selectAll()
    .execute();

  const plan = await restore.plan(sealed, config, inPlace, restoring());

  assert.match(plan.refuses.join(), /in use by millwright 3f9c: stop every server and worker first/);
  await assert.rejects(
    restore.run(sealed, config, inPlace, restoring()),
    (thrown) => thrown instanceof InputError && /in use by millwright 3f9c/.test(thrown.message),
  );
  assert.deepEqual(
    (
      await server
        .tables()
        .selectFrom("backups" as never)
        .selectAll()
        .execute()
    ).length,
    1,
  );
  await server.close();
});

test("with every server stopped it comes back, what was there is kept, and the repositories are mirrored anew", async () => {
  await sql(mirrored("mlflow-database-of-today"));
  const one = restoring();

  const plan = await restore.plan(sealed, config, inPlace, one);
  const done = await restore.run(sealed, config, inPlace, one);

  assert.deepEqual(plan.refuses, []);
  assert.match(plan.notes.join("; "), /sealing, signingKey.*--accept-restored/);
  assert.deepEqual(done.differences, []);
  assert.match(done.did.join(), /what was there before is kept as/);
  // Neither what is of today nor what is in no repository any more: a server that starts knows of none that is gone.
  assert.deepEqual(await ids(), []);

  const store = openStore({ url, applicationName: "millwright 77aa", poolSize: 2 });
  const { backups } = catalogueOf(await repository.open().snapshots());
  await keepListed(store, "production", Listed.parse({ backups }), instantOf(Date.UTC(2026, 10, 21, 9)));
  await store.close();
  assert.deepEqual(await ids(), [manifest.id]);
  assert.deepEqual(await sql("select count(*)::int as count from backups where gone_at is not null"), [{ count: 0 }]);

  const words = await restore.undo?.(config, undefined, one);
  assert.match((words ?? []).join(), /is what it was before/);
  assert.deepEqual(await ids(), ["mlflow-database-of-today", "mlflow-database-removed-later"]);
});

test("it comes back alone: a point's other stores do not wait until every server is stopped", () => {
  assert.match(restore.alone ?? "", /by itself, with every server stopped/);
});

test("a database of its own server is backed up and comes back; where there is none, none is made", async () => {
  const place = join(folder(), "millwright-data");
  mkdirSync(place);
  chmodSync(place, 0o755);
  const lost = { url: undefined, embedded: join(place, "nowhere"), path };
  await assert.rejects(
    repository.backUpStore(config, { own: lost }),
    /there is no database of Millwright's in .*nowhere/,
  );

  const report = (): void => undefined;
  const first = await startEmbedded({ folder: place, path, report });
  await sql("create table work (id int); insert into work values (1), (2)", first.url);
  const embedded = { url: undefined, embedded: place, path };
  const taken = await repository.backUpStore(config, { own: embedded });
  await sql("delete from work", first.url);
  await first.stop();

  const again = { ...taken.manifest, body: millwright.body.parse(taken.manifest.body) };
  const { differences } = await restore.run(again, config, inPlace, restoring(embedded));
  assert.deepEqual(differences, []);

  const after = await startEmbedded({ folder: place, path, report });
  assert.deepEqual(await sql("select count(*)::int as count from work", after.url), [{ count: 2 }]);
  await after.stop();
});
