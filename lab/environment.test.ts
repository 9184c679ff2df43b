import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { optionsOfOne } from "./environment.test-support.ts";
import { startEnvironment } from "./environment.ts";
import { isFree } from "./state.ts";

test("an environment that cannot be started leaves nothing that listens", async () => {
  const { options, remove } = await optionsOfOne();
  const { redis, ...others } = options.ports;
  const stranger = createServer((socket) => socket.destroy()).listen(redis, "127.0.0.1");
  await once(stranger, "listening");

  await assert.rejects(startEnvironment(options));

  for (const [name, port] of Object.entries(others)) assert.ok(await isFree(port), name);
  stranger.close();
  remove();
});
