// oxlint-disable no-restricted-imports -- somebody has to use the relay
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { openRelay, reset } from "./relay.test-support.ts";

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

test("a connection that is just being closed is closed by a cut too", { timeout: 60_000 }, async (context) => {
  const server = createServer((socket) => {
    socket
      .on("error", () => undefined)
      .once("data", () => {
        socket.end();
        reset(socket);
      });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const user = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => undefined);
  context.after(() => user.destroy());
  const accepted = once(server, "connection");
  user.resume().write("go");
  const [socket] = (await accepted) as [Socket];

  await once(socket, "close");
});
