import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { all, testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { record } from "../journal/store.ts";

const api = await wholeApi();
after(() => api.close());

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly kinds: readonly string[];
}

/** The stream's events, one after the other; ended by `end`. */
async function follow(lastEventId?: string): Promise<{ next(): Promise<Heard>; end(): Promise<void> }> {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const reply = await api.ask("GET", "/api/v1/events", all("viewer"), { headers });
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get("content-type") ?? "", /^text\/event-stream/);
  const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
  let text = "";
  return {
    async next() {
      for (;;) {
        const at = text.indexOf("\n\n");
        if (at >= 0) {
          const block = text.slice(0, at);
          text = text.slice(at + 2);
          const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
          if (field("data") === "") continue;
          const { kinds } = JSON.parse(field("data")) as { readonly kinds: readonly string[] };
          return { event: field("event"), id: field("id"), kinds };
        }
        const part = await reader.read();
        assert.ok(!part.done, "the stream ended");
        text += new TextDecoder().decode(part.value);
      }
    },
    end: () => reader.cancel(),
  };
}

const note = (task: string): Promise<void> =>
  record(api.store, { at: testNow, kind: "note", actor: { kind: "person", id: "ada", name: "Ada" }, task });

test("a stream is ready at once, tells what kind changed, and after a lost connection what was missed", async () => {
  const stream = await follow();
  const ready = await stream.next();
  assert.deepEqual([ready.event, ready.kinds], ["ready", []]);

  await note("something was done");
  const changed = await stream.next();
  await stream.end();
  assert.deepEqual([changed.event, changed.kinds], ["changed", ["journal"]]);

  await note("and something else while nobody listened");
  const again = await follow(ready.id);
  const missed = await again.next();
  await again.end();
  assert.deepEqual([missed.event, missed.kinds], ["ready", ["journal"]]);
});

test("an alert that waits for the end of a hold, and goes, changes what is told of incidents", async () => {
  const stream = await follow();
  await stream.next();
  await sql`insert into held_alerts (fingerprint, source_key, environment, component, by, alert, held_at)
    values ('a', 'alertmanager/g', 'production', 'gitlab', 'backup run 7', '{}', ${testNow})`.execute(
    api.store.tables(),
  );
  const came = await stream.next();
  await sql`delete from held_alerts`.execute(api.store.tables());
  const went = await stream.next();
  await stream.end();
  assert.ok(came.kinds.includes("incidents"), came.kinds.join());
  assert.deepEqual(went.kinds, ["incidents"]);
});

test("an id that is not ours begins anew", async () => {
  for (const id of ["x", Buffer.from('{"journal":7}').toString("base64url"), "é".repeat(3)]) {
    const stream = await follow(encodeURIComponent(id));
    assert.deepEqual((await stream.next()).kinds, []);
    await stream.end();
  }
});

test("of two changes that are written at once the one that is seen last is told too, though it is the older", async () => {
  const changed = (number: number) =>
    sql`insert into observation_change
    (number, environment, component, probe, subject, at, before, after, evidence) overriding system value
    values (${number}, 'staging', 'gitlab', 'http', '', ${testNow}, 'well', 'failing', '')`.execute(api.store.tables());
  const opened = (at: string) =>
    sql`insert into incidents
    (kind, severity, title, state, source, began_at, opened_at, opened_by, updated_at)
    values ('outage', 'high', 'It is down', 'open', 'person', ${at}, ${at}, '{}', ${at})`.execute(api.store.tables());
  const stream = await follow();
  await stream.next();
  const told = async (change: Promise<unknown>) => {
    await change;
    return (await stream.next()).kinds;
  };

  const kinds = [
    await told(changed(1_000_001)),
    await told(changed(1_000_000)),
    await told(opened("2099-01-01T00:00:01Z")),
    await told(opened("2099-01-01T00:00:00Z")),
  ];
  await stream.end();

  assert.deepEqual(kinds, [["health"], ["health"], ["incidents"], ["incidents"]]);
});
