import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import { type LocalServer, serveLocally } from "./local-server.ts";
import { openProbeHttp } from "./probe-http.ts";

const servers: LocalServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<LocalServer> {
  const server = await serveLocally(answer);
  servers.push(server);
  return server;
}

const http = openProbeHttp({ userAgent: "millwright/test" });

function failsWith(remedy: "retry" | "stop", words: RegExp) {
  return (thrown: unknown): boolean =>
    thrown instanceof SystemError && thrown.remedy === remedy && words.test(thrown.message);
}

test("any status is a reply, and a POST carries its body", async () => {
  const { url } = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () =>
      response
        .writeHead(503, { "X-Seen": request.headers["user-agent"] })
        .end(`${request.method} ${Buffer.concat(chunks).toString()}`),
    );
  });

  const reply = await http.fetch(url, { method: "POST", body: "grant_type=é" });

  assert.deepEqual([reply.status, reply.body, reply.headers["x-seen"]], [503, "POST grant_type=é", "millwright/test"]);
});

test("each question comes on a connection of its own", async () => {
  const ports = new Set<number | undefined>();
  const { url } = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.end("ok");
  });
  for (let round = 0; round < 3; round += 1) await http.fetch(url);
  assert.equal(ports.size, 3);
});

test("credentials follow a redirect on the same server and not to another", async () => {
  const other = await serve((_request, response) => response.end("there"));
  const own = await serve((request, response) => {
    const location = request.url === "/same" ? "/next" : `${other.url}/x`;
    response.writeHead(302, { location }).end();
  });

  const reply = await http.fetch(`${own.url}/same`, {
    headers: { authorization: "Bearer s", "private-token": "t", "x-gitlab-token": "u" },
  });

  assert.equal(reply.body, "there");
  assert.deepEqual([own.asked, other.asked], [["GET /same Bearer st", "GET /next Bearer st"], ["GET /x"]]);
});

test("redirects end after five, and lead to web addresses only", async () => {
  const loop = await serve((_request, response) => response.writeHead(302, { location: "/again" }).end());
  const away = await serve((_request, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end());

  await assert.rejects(http.fetch(loop.url), failsWith("stop", /redirects more than 5 times/));
  await assert.rejects(http.fetch(away.url), failsWith("stop", /is not an http\(s\) address/));
});

test("a body above the limit is not read; silence, a body that stops and a cut connection are worth another try", async () => {
  const big = await serve((_request, response) => response.end(Buffer.alloc(2000)));
  const silent = await serve(() => undefined);
  const stalled = await serve((_request, response) => void response.writeHead(200).write("half"));
  const cut = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write("half");
    setImmediate(() => response.destroy());
  });

  await assert.rejects(http.fetch(big.url, { maxBytes: 1000 }), failsWith("stop", /more than 0.001 MB/));
  await assert.rejects(http.fetch(silent.url, { timeoutMs: 50 }), failsWith("retry", /no whole answer within 0.05 s/));
  await assert.rejects(http.fetch(stalled.url, { timeoutMs: 50 }), failsWith("retry", /no whole answer within 0.05 s/));
  await assert.rejects(http.fetch(cut.url), failsWith("retry", /the connection was cut/));
  await assert.rejects(http.fetch("http://127.0.0.1:1/"), failsWith("retry", /nothing listens there/));
});

test("an error does not show the credentials in the address", async () => {
  await assert.rejects(
    http.fetch("http://bob:hunter2@127.0.0.1:9/?private_token=hunter3"),
    (thrown) => thrown instanceof SystemError && !/hunter/.test(thrown.message),
  );
});

test("a redirect that is refused is the reply, and nothing goes to where it points", async () => {
  const other = await serve((_request, response) => response.end("there"));
  const own = await serve((_request, response) => response.writeHead(307, { location: `${other.url}/x` }).end());

  const reply = await http.fetch(own.url, { method: "POST", body: "x", redirects: "refuse" });

  assert.equal(reply.status, 307);
  assert.deepEqual(other.asked, []);
});
