import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Generated, sql } from "kysely";
import { InputError, SystemError } from "../kernel/errors.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { isDuplicate } from "./failures.ts";
import { asJson, openStore, type Store } from "./store.ts";
import { emptyDatabase } from "./test-support.ts";

interface Tables {
  readonly thing: {
    readonly id: Generated<number>;
    readonly name: string;
    readonly at: Instant;
    readonly tags: readonly string[];
    readonly count: number;
  };
}

const url = await emptyDatabase();
const store = openStore({ url, applicationName: "store test" });
after(() => store.close());
await sql`create table thing (id serial primary key, name text not null unique, at timestamptz(3) not null,
  tags jsonb not null, count bigint not null)`.execute(store.tables());

function add(to: Store, name: string, at = instantOf(0)): Promise<unknown> {
  return to
    .tables<Tables>()
    .insertInto("thing")
    .values({ name, at, tags: asJson(["a"]), count: 1 })
    .execute();
}

async function names(): Promise<readonly string[]> {
  const rows = await store.tables<Tables>().selectFrom("thing").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

async function empty(): Promise<void> {
  await sql`truncate thing`.execute(store.tables());
}

test("moments come back as instants, counts as numbers, lists as lists", async () => {
  await empty();
  const at = instantOf(Date.UTC(2026, 10, 20, 22, 37, 46, 5));
  await add(store, "one", at);

  const [row] = await store.tables<Tables>().selectFrom("thing").select(["at", "tags", "count"]).execute();

  assert.deepEqual(row, { at: "2026-11-20T22:37:46.005Z", tags: ["a"], count: 1 });
});

test("a transaction that fails leaves nothing", async () => {
  await empty();
  const work = store.transaction(async (part) => {
    await add(part, "lost");
    throw new Error("changed my mind");
  });

  await assert.rejects(work, /changed my mind/);
  assert.deepEqual(await names(), []);
});

test("a part of a transaction can fail alone, also by the database's refusal", async () => {
  await empty();
  await store.transaction(async (part) => {
    await add(part, "kept");
    const refused = await part
      .transaction((inner) => add(inner, "kept"))
      .then(
        () => undefined,
        (thrown) => thrown,
      );
    assert.ok(isDuplicate(refused, "thing_name_key"));
    assert.ok(!isDuplicate(refused, "another"));
    await part.transaction((inner) => add(inner, "also kept"));
  });

  assert.deepEqual(await names(), ["also kept", "kept"]);
});

test("work that collides runs again when it may, and says so when it may not", async () => {
  await empty();
  await add(store, "shared");
  const increment = async (part: Store): Promise<void> => {
    const { count } = await part.tables<Tables>().selectFrom("thing").select("count").executeTakeFirstOrThrow();
    await part
      .tables<Tables>()
      .updateTable("thing")
      .set({ count: count + 1 })
      .execute();
  };
  const isolation = "serializable" as const;

  await Promise.all(Array.from({ length: 5 }, () => store.transaction(increment, { isolation, attempts: 20 })));
  const [row] = await store.tables<Tables>().selectFrom("thing").select("count").execute();
  assert.equal(row?.count, 6);

  const once = await Promise.allSettled(Array.from({ length: 5 }, () => store.transaction(increment, { isolation })));
  const refused = once.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  assert.ok(refused.length > 0);
  for (const reason of refused) assert.ok(reason instanceof SystemError && reason.remedy === "retry");
});

test("a statement that takes too long is cancelled and may be asked again", async () => {
  const hasty = openStore({ url, applicationName: "hasty", statementTimeoutSeconds: 0.05 });
  await assert.rejects(sql`select pg_sleep(5)`.execute(hasty.tables()), (thrown) => {
    assert.ok(thrown instanceof SystemError);
    assert.equal(thrown.remedy, "retry");
    assert.match(thrown.message, /too long/);
    return true;
  });
  await hasty.close();
});

test("a store for reading refuses every write, and says that nothing was written", async () => {
  const reader = openStore({ url, applicationName: "reader", readOnly: true });
  await assert.rejects(add(reader, "no"), /for reading only; nothing was written/);
  await reader.close();
});

test("sessions carry our name", async () => {
  const { rows } = await sql`select current_setting('application_name') as name`.execute(store.tables());
  assert.deepEqual(rows, [{ name: "store test" }]);
});

test("no message repeats the connection's text", async () => {
  const secret = "canary-4711";
  const urls = [`postgresql://me:${secret}@127.0.0.1:1/x`, `postgresql://me:${secret}@no-such-host.invalid/x`];
  for (const bad of urls) {
    const away = openStore({ url: bad, applicationName: "away" });
    const thrown: unknown = await away
      .tables<Tables>()
      .selectFrom("thing")
      .selectAll()
      .execute()
      .catch((error) => error);
    assert.ok(thrown instanceof SystemError && thrown.remedy === "retry", String(thrown));
    assert.ok(!JSON.stringify([thrown.message, thrown.stack, thrown.cause]).includes(secret));
    await away.close();
  }
  for (const bad of [`not a url ${secret}`, `mysql://me:${secret}@host/x`, `postgresql://me:${secret}@ho st/x`]) {
    assert.throws(
      () => openStore({ url: bad, applicationName: "bad" }),
      (thrown) => thrown instanceof InputError && !`${thrown.stack}${JSON.stringify(thrown)}`.includes(secret),
    );
  }
});
