import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { serveLocally } from "../edge/local-server.ts";
import { openStore } from "../store/store.ts";
import { testDatabase } from "../store/test-support.ts";
import { draftOf, minutesLater, testNow } from "./channel.test-support.ts";
import { openOutbox } from "./outbox.ts";

const here = import.meta.dirname;

/** What a worker does: it flushes to one webhook, at a moment. */
const program = `
const [url, target, now] = process.argv.slice(1);
const { openHttp } = await import("${here}/../edge/http.ts");
const { openStore } = await import("${here}/../store/store.ts");
const { Notices } = await import("${here}/../platform/server-parts.ts");
const { noticeChannels } = await import("${here}/channels.ts");
const { flushOutbox } = await import("${here}/flush.ts");
const store = openStore({ url, applicationName: "flush" });
const ports = { http: openHttp({ userAgent: "test" }), mailer: undefined, secret: async () => target, publicUrl: undefined };
await flushOutbox(store, noticeChannels(Notices.parse({ webhooks: [{ name: "ops", url: "env:URL" }] }), ports), now);
await store.close();
`;

function worker(args: readonly string[]): ChildProcess {
  const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program];
  return spawn(process.execPath, [...flags, ...args], { stdio: ["ignore", "inherit", "inherit"] });
}

test("workers killed while they send lose nothing, and a receiver that honours the key does nothing twice", async (t) => {
  const url = await testDatabase();
  const store = openStore({ url, applicationName: "test" });
  const [done, asked]: [Map<string, string>, string[]] = [new Map(), []];
  let killAfter = Number.POSITIVE_INFINITY;
  let child: ChildProcess | undefined;
  const server = await serveLocally((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const id = String(request.headers["idempotency-key"]);
      asked.push(id);
      // Done at the target, and the sender dies before it can know.
      if (!done.has(id)) done.set(id, JSON.parse(body).key);
      if (asked.length >= killAfter) child?.kill("SIGKILL");
      else response.end();
    });
  });
  t.after(() => server.close());
  t.after(() => store.close());
  const keys = Array.from({ length: 60 }, (_, number) => `k${number}`);
  for (const key of keys) await openOutbox({ now: () => testNow })(store, draftOf({ key }));

  for (const [round, after] of [1, 15, 27, 44, Number.POSITIVE_INFINITY].entries()) {
    killAfter = after;
    child = worker([url, server.url, minutesLater(round * 10)]);
    const [, signal] = await once(child, "exit");
    assert.equal(signal, after === Number.POSITIVE_INFINITY ? null : "SIGKILL");
  }

  assert.deepEqual([...done.values()].toSorted(), keys.toSorted());
  assert.ok(asked.length > keys.length, "a kill in the middle makes somebody ask again");
});
