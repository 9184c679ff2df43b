import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { test } from "node:test";
import { cutLineTo } from "./proxy.ts";

test("a line that nobody uses cannot be cut, and who used one that was cut learns it", async (context) => {
  const server = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const line = await cutLineTo(() => (server.address() as AddressInfo).port);
  context.after(() => {
    line.close();
    server.close();
  });
  assert.equal(line.cut(), false);

  const user = connect(line.port, "127.0.0.1").on("error", () => undefined);
  const cut = new Promise((resolve) => user.once("close", resolve));
  await Promise.all([once(user, "connect"), once(server, "connection")]);

  assert.equal(line.cut(), true);
  await cut;
});
