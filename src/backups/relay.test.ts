// oxlint-disable no-restricted-imports -- somebody has to use the relay
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { test } from "node:test";
import { openRelay } from "./relay.test-support.ts";

test("a relay that nobody uses cannot be cut, and who used one that was cut learns it", async (context) => {
  const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const relay = await openRelay((server.address() as AddressInfo).port);
  context.after(() => {
    relay.close();
    server.close();
  });
  assert.equal(relay.cut(), false);

  const user = connect(relay.port, "127.0.0.1").on("error", () => undefined);
  const cut = new Promise((resolve) => user.once("close", resolve));
  user.write("echo");
  await once(user, "data");
  assert.equal(relay.passed, 8);

  assert.equal(relay.cut(), true);
  await cut;
});
