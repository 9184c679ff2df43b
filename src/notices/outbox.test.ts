import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import { channelOf, draftOf, minutesLater, testNow } from "./channel.test-support.ts";
import { flushOutbox, retryDelivery } from "./flush.ts";
import { listNotices, outboxCounts } from "./list.ts";
import { openOutbox } from "./outbox.ts";
import { sweepNotices } from "./sweep.ts";

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await testStore();
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

const at = (now: Instant) => openOutbox({ now: () => now });
const all = { state: undefined, environments: undefined, before: undefined, limit: 50 };

test("a notice goes out once through each channel that wants it, and never again", async () => {
  await withStore(async (store) => {
    const [chat, mail] = [channelOf("chat"), channelOf("mail", { severities: ["critical"] })];
    await at(testNow)(store, draftOf());

    const first = await flushOutbox(store, [chat, mail], testNow);
    const second = await flushOutbox(store, [chat, mail], minutesLater(600));

    assert.deepEqual([first.sent, second.sent, chat.got.length, mail.got.length], [1, 0, 1, 0]);
  });
});

test("a notice of a transaction that fails is never sent", async () => {
  await withStore(async (store) => {
    const chat = channelOf("chat");
    await assert.rejects(
      store.transaction(async (part) => {
        await at(testNow)(part, draftOf());
        throw new Error("failed");
      }),
    );

    await flushOutbox(store, [chat], testNow);
    assert.equal(chat.got.length, 0);
  });
});

test("the same key within its quiet time is one notice that counts; later, or when it is worse, it is another", async () => {
  await withStore(async (store) => {
    await Promise.all(Array.from({ length: 5 }, () => at(testNow)(store, draftOf())));
    await at(minutesLater(1))(store, draftOf({ severity: "critical" }));
    await at(minutesLater(2))(store, draftOf({ severity: "info" }));
    await at(minutesLater(90))(store, draftOf());

    const found = (await listNotices(store, all)).map(({ severity, repeats }) => `${severity} ${repeats}`);
    assert.deepEqual(found, ["warning 0", "critical 1", "warning 4"]);
  });
});

test("a channel that fails is asked again with growing pauses, under the same id", async () => {
  await withStore(async (store) => {
    const ids: string[] = [];
    const flaky = channelOf("chat", {
      send: async ({ id }) => {
        ids.push(id);
        if (ids.length < 3) throw new SystemError("away", "retry");
      },
    });
    await at(testNow)(store, draftOf());

    const sent: number[] = [];
    for (const minutes of [0, 0.25, 0.5, 1, 1.5])
      sent.push((await flushOutbox(store, [flaky], minutesLater(minutes))).sent);

    assert.deepEqual(sent, [0, 0, 0, 0, 1]);
    assert.equal(new Set(ids).size, 1);
    assert.equal(ids.length, 3);
  });
});

test("what will never be taken is dead at once, is shown with the reason, and can be tried anew", async () => {
  await withStore(async (store) => {
    const closed = channelOf("chat", {
      send: () => Promise.reject(new SystemError("chat answers 404 at https://x.example.org/?token=abcdef", "stop")),
    });
    await at(testNow)(store, draftOf());

    assert.equal((await flushOutbox(store, [closed], testNow)).dead, 1);
    const [dead] = await listNotices(store, { ...all, state: "dead" });
    const [delivery] = dead?.deliveries ?? [];
    assert.equal(delivery?.lastError, "chat answers 404 at https://x.example.org/?token=***");
    assert.deepEqual(await outboxCounts(store, testNow), { waiting: 0, late: 0, dead: 1 });

    const open = channelOf("chat");
    assert.equal(await retryDelivery(store, delivery?.id ?? "", testNow), true);
    assert.equal(await retryDelivery(store, delivery?.id ?? "", testNow), false);
    assert.equal((await flushOutbox(store, [open], testNow)).sent, 1);
  });
});

test("a delivery that fails for ever ends dead, after more than a day", async () => {
  await withStore(async (store) => {
    const away = channelOf("chat", { send: () => Promise.reject(new SystemError("away", "retry")) });
    await at(testNow)(store, draftOf());

    let hours = 0;
    for (; hours < 100; hours += 1) if ((await flushOutbox(store, [away], minutesLater(hours * 60))).dead === 1) break;

    assert.ok(hours > 24 && hours < 72, `${hours} hours`);
  });
});

test("a channel that hangs or fails holds up no other", async () => {
  await withStore(async (store) => {
    const good = channelOf("b");
    const bad = channelOf("a", {
      send: async () => {
        while (good.got.length < 30) await new Promise(setImmediate);
        throw new Error("bug");
      },
    });
    for (let number = 0; number < 30; number += 1) await at(testNow)(store, draftOf({ key: `k${number}` }));

    const flushed = await flushOutbox(store, [bad, good], testNow);

    assert.deepEqual([flushed.sent, flushed.failed, good.got.length], [30, 30, 30]);
  });
});

test("several processes that flush at once send each notice once", async () => {
  await withStore(async (store) => {
    const chat = channelOf("chat");
    for (let number = 0; number < 50; number += 1) await at(testNow)(store, draftOf({ key: `k${number}` }));

    await Promise.all(Array.from({ length: 4 }, () => flushOutbox(store, [chat], testNow)));

    assert.equal(chat.got.length, 50);
    assert.equal(new Set(chat.got.map(({ id }) => id)).size, 50);
  });
});

test("in quiet hours only critical notices go out; the rest waits until they end", async () => {
  await withStore(async (store) => {
    const chat = channelOf("chat", { quiet: { from: "11:00", to: "13:00", zone: "UTC" } });
    await at(testNow)(store, draftOf({ key: "a" }));
    await at(testNow)(store, draftOf({ key: "b", severity: "critical" }));
    const keys = () => chat.got.map(({ notice }) => notice.key);

    await flushOutbox(store, [chat], testNow);
    assert.deepEqual(keys(), ["b"]);
    await flushOutbox(store, [chat], minutesLater(59));
    assert.deepEqual(keys(), ["b"]);
    await flushOutbox(store, [chat], minutesLater(60));
    assert.deepEqual(keys(), ["b", "a"]);
  });
});

test("who is named is told through the channels that reach them; who is reached by none, through all", async () => {
  await withStore(async (store) => {
    const [ops, security] = [
      channelOf("ops", { reaches: (name) => name === "ops" }),
      channelOf("security", { reaches: (name) => name === "security" }),
    ];
    const pager = channelOf("pager", { pages: true });
    await at(testNow)(store, draftOf({ key: "a", audience: ["security"] }));
    await at(testNow)(store, draftOf({ key: "b", audience: ["security", "somebody"] }));
    await at(testNow)(
      store,
      draftOf({ key: "c", audience: ["ops"], page: { thread: "incident/1", action: "trigger" } }),
    );

    await flushOutbox(store, [ops, security, pager], testNow);

    const keys = [ops, security, pager].map(({ got }) =>
      got
        .map(({ notice }) => notice.key)
        .toSorted()
        .join(),
    );
    assert.deepEqual(keys, ["b,c", "a,b", "c"]);
  });
});

test("without any channel notices wait for the first one", async () => {
  await withStore(async (store) => {
    await at(testNow)(store, draftOf());
    await flushOutbox(store, [], testNow);
    const chat = channelOf("chat");

    assert.equal((await flushOutbox(store, [chat], minutesLater(1))).sent, 1);
  });
});

test("a credential in an address, and signs that a database cannot hold, stop nobody from being told", async () => {
  await withStore(async (store) => {
    await at(testNow)(
      store,
      draftOf({ title: "nul \0", text: `see https://ada:hunter22@x.example.org ${"long ".repeat(5000)}` }),
    );

    const [notice] = await listNotices(store, all);
    assert.equal(notice?.title, "nul \ufffd");
    assert.doesNotMatch(notice?.text ?? "", /hunter22/);
    assert.equal(notice?.text.length, 20_000);
  });
});

test("what was taken is forgotten after its days; what waits or is dead is not", async () => {
  await withStore(async (store) => {
    const taken = channelOf("taken", { severities: ["info"] });
    const closed = channelOf("closed", {
      severities: ["warning"],
      send: () => Promise.reject(new SystemError("no", "stop")),
    });
    for (const severity of ["info", "warning"] as const) await at(testNow)(store, draftOf({ key: severity, severity }));
    await flushOutbox(store, [taken, closed], testNow);
    await at(testNow)(store, draftOf({ key: "new", severity: "info" }));

    assert.equal(await sweepNotices(store, minutesLater(30 * 1440), 90), 0);
    assert.equal(await sweepNotices(store, minutesLater(91 * 1440), 90), 1);
    assert.deepEqual(
      (await listNotices(store, all)).map(({ key }) => key),
      ["new", "warning"],
    );
  });
});
