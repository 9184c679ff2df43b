import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { SystemError } from "../kernel/errors.ts";
import { openHttp } from "./http.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const http = openHttp({ userAgent: "millwright/test" });

function failsWith(remedy: "retry" | "stop", words: RegExp) {
  return (thrown: unknown): boolean =>
    thrown instanceof SystemError && thrown.remedy === remedy && words.test(thrown.message);
}

test("any status is a reply, with the header names in lower case", async () => {
  const url = await serve((request, response) => {
    response.writeHead(418, { "X-Seen": request.headers["user-agent"], Link: ["<a>", "<b>"] }).end("short");
  });

  const reply = await http.fetch(url);

  assert.equal(reply.status, 418);
  assert.equal(reply.body, "short");
  assert.equal(reply.headers["x-seen"], "millwright/test");
  assert.equal(reply.headers["link"], "<a>, <b>");
});

test("credentials follow a redirect on the same server and not to another", async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization, request.headers["private-token"] as string | undefined);
    response.end("there");
  });
  const url = await serve((request, response) => {
    if (request.url === "/same") response.writeHead(302, { location: "/next" }).end();
    else {
      seen.push(request.headers.authorization);
      response.writeHead(307, { location: `${other}/x` }).end();
    }
  });

  const reply = await http.fetch(`${url}/same`, { headers: { Authorization: "Bearer s", "Private-Token": "t" } });

  assert.equal(reply.body, "there");
  assert.deepEqual(seen, ["Bearer s", undefined, undefined]);
});

test("redirects end after five, and lead to web addresses only", async () => {
  const loop = await serve((_request, response) => response.writeHead(302, { location: "/again" }).end());
  const away = await serve((_request, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end());

  await assert.rejects(http.fetch(loop), failsWith("stop", /redirects more than 5 times/));
  await assert.rejects(http.fetch(away), failsWith("stop", /is not an http\(s\) address/));
  await assert.rejects(http.fetch("file:///etc/passwd"), failsWith("stop", /is not an http\(s\) address/));
});

test("a body above the limit is not read, announced or not, compressed or not", async () => {
  const announced = await serve((_request, response) => response.end(Buffer.alloc(2000)));
  const streamed = await serve((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on("drain", more);
    more();
  });
  const bomb = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(5_000_000)));
  });

  for (const url of [announced, streamed, bomb]) {
    await assert.rejects(http.fetch(url, { maxBytes: 1000 }), failsWith("stop", /answers more than 0.001 MB/));
  }
});

test("silence, a body that stops, a cut connection and a closed port are worth another try", async () => {
  const silent = await serve(() => undefined);
  const stalled = await serve((_request, response) => {
    response.writeHead(200);
    response.write("half");
  });
  const cut = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("half");
    setImmediate(() => response.destroy());
  });

  await assert.rejects(http.fetch(silent, { timeoutMs: 50 }), failsWith("retry", /no whole answer within 0.05 s/));
  await assert.rejects(http.fetch(stalled, { timeoutMs: 50 }), failsWith("retry", /no whole answer within 0.05 s/));
  await assert.rejects(http.fetch(cut), failsWith("retry", /the connection was cut/));
  await assert.rejects(http.fetch("http://127.0.0.1:1/"), failsWith("retry", /./));
});

test("an error does not show the credentials in the address", async () => {
  await assert.rejects(
    http.fetch("http://bob:hunter2@127.0.0.1:9/?private_token=hunter3"),
    (thrown) =>
      thrown instanceof SystemError && !/hunter/.test(thrown.message) && /127\.0\.0\.1:9/.test(thrown.message),
  );
});

test("a redirect that is refused is the reply, and nothing goes to where it points", async () => {
  const asked: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    asked.push(request.method);
    response.end("there");
  });
  const own = await serve((_request, response) => response.writeHead(307, { location: `${other}/x` }).end());

  const reply = await http.fetch(own, { method: "POST", body: "x", redirects: "refuse" });

  assert.equal(reply.status, 307);
  assert.deepEqual(asked, []);
});
