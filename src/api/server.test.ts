import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as z from "zod";
import { defineRoute } from "../access/route.ts";
import { listen } from "./server.ts";
import { all, testApi } from "./test-support.ts";

const forget = defineRoute({
  method: "DELETE",
  path: "/things/{id}",
  cli: "thing forget <id>",
  summary: "Forget a thing",
  role: "admin",
  effect: "own",
  params: z.object({ id: z.string() }),
  reply: z.object({ id: z.string() }),
  handle: async ({ params }) => ({ id: params.id }),
});
const say = defineRoute({
  method: "POST",
  path: "/words",
  cli: "word say <text>",
  summary: "Say a word",
  role: "admin",
  effect: "own",
  body: z.strictObject({ text: z.string() }),
  reply: z.object({ letters: z.number() }),
  handle: async ({ body }) => ({ letters: body.text.length }),
});

const api = await testApi([forget, say]);
const server = await listen(api.app, { host: "127.0.0.1", port: 0, tls: undefined });
const authorization = `Bearer ${await api.tokenFor(all("admin"))}`;
after(async () => {
  await server.close(100);
  await api.close();
});

/** In chunks, so that it says no length. */
function inChunks(text: string): RequestInit {
  const body = new Blob([text]).stream();
  return {
    method: "POST",
    body,
    duplex: "half",
    headers: { authorization, "content-type": "application/json" },
  } as RequestInit;
}

test("a call without a body that does not say so is answered through a port too", async () => {
  const answer = await fetch(`${server.url}/api/v1/things/7`, { method: "DELETE", headers: { authorization } });

  assert.deepEqual([answer.status, await answer.json()], [200, { id: "7" }]);
});

test("a body in chunks is read, and one that grows too large is refused", async () => {
  const read = await fetch(`${server.url}/api/v1/words`, inChunks('{"text":"word"}'));
  const large = await fetch(`${server.url}/api/v1/words`, inChunks(`{"text":"${"a".repeat(1_100_000)}"}`));

  assert.deepEqual([read.status, await read.json()], [200, { letters: 4 }]);
  assert.equal(large.status, 413);
});
