import assert from "node:assert/strict";
import { after, test } from "node:test";
import { all, testApi, testNow } from "../api/test-support.ts";
import { SystemError } from "../kernel/errors.ts";
import { channelOf, draftOf } from "./channel.test-support.ts";
import { flushOutbox } from "./flush.ts";
import { openOutbox } from "./outbox.ts";
import { noticeRoutes } from "./routes.ts";

const api = await testApi(noticeRoutes);
after(() => api.close());
const notify = openOutbox({ now: () => testNow });
await notify(api.store, draftOf({ key: "a", environment: "staging" }));
await notify(api.store, draftOf({ key: "b", environment: "production" }));
const closed = channelOf("chat", { send: () => Promise.reject(new SystemError("chat answers 404", "stop")) });
await flushOutbox(api.store, [closed], testNow);

interface Listed {
  readonly total?: number;
  readonly items: readonly {
    readonly key: string;
    readonly deliveries: readonly { readonly id: string; readonly lastError: string }[];
  }[];
}

const list = async (query: string, as = all("viewer")): Promise<Listed> =>
  (await api.ask("GET", `/api/v1/notices${query}`, as)).json() as Promise<Listed>;

test("dead deliveries are shown with their reason, to those who may see their environment", async () => {
  const dead = await list("?state=dead");
  const own = await list("?state=dead", { staging: "viewer" });

  assert.deepEqual(
    dead.items.map(({ key }) => key),
    ["b", "a"],
  );
  assert.deepEqual(
    own.items.map(({ key }) => key),
    ["a"],
  );
  assert.equal(own.items[0]?.deliveries[0]?.lastError, "chat answers 404");
});

test("a dead delivery is tried anew once, by whoever may work in its environment", async () => {
  const id = (await list("", { staging: "viewer" })).items[0]?.deliveries[0]?.id ?? "";
  const retry = async (as: Parameters<typeof api.ask>[2], which = id) =>
    (await api.ask("POST", `/api/v1/notices/deliveries/${which}/retry`, as)).status;

  assert.deepEqual(
    [
      await retry({ production: "operator" }),
      await retry({ staging: "operator" }),
      await retry({ staging: "operator" }),
    ],
    [403, 200, 409],
  );
  assert.equal(await retry(all("operator"), "11111111-1111-4111-8111-111111111111"), 404);
  assert.equal((await list("?state=dead", { staging: "viewer" })).items.length, 0);
});

test("notices are found by a text, and counted where that is asked", async () => {
  await notify(api.store, draftOf({ key: "c", environment: "staging", title: "Backup of MLflow is 50% of its size" }));
  const keysOf = async (query: string, as = all("viewer")) => (await list(query, as)).items.map(({ key }) => key);

  assert.deepEqual(await keysOf("?text=50%25+OF"), ["c"]);
  assert.deepEqual(await keysOf("?text=5_%25"), []);
  assert.deepEqual(await keysOf("?text=mlflow", { production: "viewer" }), []);
  const page = await list("?limit=1&total=true");
  assert.deepEqual([page.items.length, page.total], [1, 3]);
  assert.equal((await list("?total=true", { staging: "viewer" })).total, 2);
  assert.equal((await list("?limit=1")).total, undefined);
});
