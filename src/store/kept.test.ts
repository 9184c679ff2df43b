import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { Kept } from "./kept.ts";
import type { Store } from "./store.ts";
import { testStore } from "./test-support.ts";

const subjectsOf = async (store: Store): Promise<string> => {
  const { rows } = await sql<{ name: string }>`select name from observed_component order by name`.execute(
    store.tables(),
  );
  return rows.map(({ name }) => name).join(" ");
};

const add = (store: Store, name: string) =>
  sql`insert into observed_component values ('s', ${name}, '', null, null, null, '[]')`.execute(store.tables());

/** Counts how often something is made. */
function counted<T>(make: (store: Store) => Promise<T>) {
  const made = { times: 0 };
  return {
    made,
    make: (store: Store) => {
      made.times += 1;
      return make(store);
    },
  };
}

test("what was made is kept until a table that it was made from changes, and no longer", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const kept = new Kept<string>({ mostEntries: 10 });
  const { made, make } = counted(subjectsOf);
  const ask = () => kept.get({ key: "names", store, at: 0, make });

  assert.equal(await ask(), "");
  assert.equal(await ask(), "");
  assert.equal(made.times, 1);

  await add(store, "a");
  assert.equal(await ask(), "a", "an insert shows at once");
  await sql`insert into observed_source values ('s', now(), null, '{}')`.execute(store.tables());
  assert.equal(await ask(), "a");
  assert.equal(made.times, 2, "another table is not its business");
  await sql`update observed_component set version = '2' where name = 'nobody'`.execute(store.tables());
  await ask();
  assert.equal(made.times, 2, "a statement that changes no row changes nothing");
  await sql`update observed_component set name = 'b'`.execute(store.tables());
  assert.equal(await ask(), "b");
  await sql`delete from observed_component`.execute(store.tables());
  assert.equal(await ask(), "");
  await add(store, "c");
  assert.equal(await ask(), "c");
  await sql`truncate observed_component`.execute(store.tables());
  assert.equal(await ask(), "");
});

test("a transaction that began first and is committed last shows, whatever was kept in between", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const kept = new Kept<string>({ mostEntries: 10 });
  const ask = () => kept.get({ key: "names", store, at: 0, make: subjectsOf });
  const [wrote, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];

  const early = store.transaction(async (part) => {
    await add(part, "early");
    wrote.resolve();
    await mayCommit.promise;
  });
  await wrote.promise;
  await add(store, "late");
  assert.equal(await ask(), "late");
  mayCommit.resolve();
  await early;

  assert.equal(await ask(), "early late");
  await assert.rejects(
    store.transaction(async (part) => {
      await add(part, "undone");
      throw new Error("no");
    }),
  );
  assert.equal(await ask(), "early late");
});

test("many writers at once: what is asked after a write was committed always has it", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const kept = new Kept<string>({ mostEntries: 10 });

  await Promise.all(
    [0, 1, 2, 3].map(async (writer) => {
      for (let round = 0; round < 15; round += 1) {
        const name = `w${writer}-${round}`;
        if (round % 3 === 0) await store.transaction((part) => add(part, name), { isolation: "repeatable read" });
        else await add(store, name);
        const shown = await kept.get({ key: "names", store, at: 0, make: subjectsOf });
        assert.ok(shown.split(" ").includes(name), `${name} is missing`);
      }
    }),
  );

  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from change_mark where about = 'observed_component'`.execute(store.tables());
  assert.ok((rows[0]?.count ?? 99) < 40, "old marks are taken away");
});

test("who asks while it is made waits for it; who asks after a write does not get what was begun before", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const kept = new Kept<string>({ mostEntries: 10 });
  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { made, make } = counted(async (snapshot) => {
    const names = await subjectsOf(snapshot);
    begun.resolve();
    await goOn.promise;
    return names;
  });
  const ask = () => kept.get({ key: "names", store, at: 0, make });

  const first = ask();
  await begun.promise;
  const second = ask();
  await add(store, "a");
  const third = ask();
  goOn.resolve();

  assert.equal(await first, "");
  await second;
  assert.equal(await third, "a");
  assert.equal(made.times, 2);
});

test("what reads a table without marks is never kept; nor is a failure", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const kept = new Kept<number>({ mostEntries: 10 });
  const { made, make } = counted(async (snapshot) => {
    await sql`select from sessions`.execute(snapshot.tables());
    return 1;
  });

  await kept.get({ key: "sessions", store, at: 0, make });
  await kept.get({ key: "sessions", store, at: 0, make });

  assert.equal(made.times, 2);
  await assert.rejects(kept.get({ key: "bad", store, at: 0, make: () => Promise.reject(new Error("no")) }), /no/);
  assert.equal(await kept.get({ key: "bad", store, at: 0, make: async () => 3 }), 3);
});

test("a part that was kept hands its tables on to the whole that it went into", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const names = new Kept<string>({ mostEntries: 10 });
  const whole = new Kept<string>({ mostEntries: 10 });
  const { made, make } = counted(subjectsOf);
  const part = (from: Store) => names.get({ key: "names", store: from, at: 0, make });
  const ask = () =>
    whole.get({
      key: "whole",
      store,
      at: 0,
      make: async (snapshot) => {
        const { rows } = await sql<{ source: string }>`select source from observed_source`.execute(snapshot.tables());
        return `${rows.length} of ${await part(snapshot)}`;
      },
    });

  await part(store);
  assert.equal(await ask(), "0 of ");
  assert.equal(made.times, 1, "the part was there");
  await add(store, "a");
  assert.equal(await ask(), "0 of a");
  await sql`insert into observed_source values ('s', now(), null, '{}')`.execute(store.tables());
  assert.equal(await ask(), "1 of a");
  assert.equal(made.times, 2, "a part does not depend on what the whole read before it");
});

test("what is made within a transaction is not for others: it may be older than a write, or never be committed", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const names = new Kept<string>({ mostEntries: 10 });
  const part = (from: Store) => names.get({ key: "names", store: from, at: 0, make: subjectsOf });

  for (let round = 0; round < 10; round += 1) {
    const whole = new Kept<string>({ mostEntries: 10 });
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const old = whole.get({
      key: "whole",
      store,
      at: 0,
      make: async (snapshot) => {
        begun.resolve();
        await goOn.promise;
        return part(snapshot);
      },
    });
    await begun.promise;
    await add(store, `n${round}`);
    const asked = part(store);
    goOn.resolve();
    assert.ok((await asked).split(" ").includes(`n${round}`), `round ${round}`);
    await old;
  }
  let undone: Promise<string> | undefined;
  await assert.rejects(
    store.transaction(async (own) => {
      await add(own, "undone");
      undone = part(store);
      assert.match(await part(own), /undone/);
      throw new Error("taken back");
    }),
    /taken back/,
  );
  assert.doesNotMatch((await undone) ?? "", /undone/);
  assert.doesNotMatch(await part(store), /undone/);
});

test("another configuration, and an age beyond its limit, make it anew; the oldest go when there are too many", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const kept = new Kept<string>({ mostEntries: 2, mostBytes: 10, bytesOf: (text) => text.length });
  const { made, make } = counted(async () => "12345");
  const ask = (key: string, at: number, given: readonly unknown[] = []) =>
    kept.get({ key, store, at, forMillis: 1000, given, make });
  const [one, other] = [{}, {}];

  await ask("a", 0, [one]);
  await ask("a", 999, [one]);
  assert.equal(made.times, 1);
  await ask("a", 999, [other]);
  assert.equal(made.times, 2);
  await ask("a", 1999, [other]);
  assert.equal(made.times, 3, "its time is over");
  await ask("a", 1000, [other]);
  assert.equal(made.times, 4, "a clock that was set back proves nothing");
  await ask("b", 1000);
  await ask("a", 1000, [other]);
  await ask("c", 1000);
  assert.equal(made.times, 6);
  await ask("a", 1000, [other]);
  assert.equal(made.times, 6, "what was asked for last stays");
  await ask("b", 1000);
  assert.equal(made.times, 7);
});
