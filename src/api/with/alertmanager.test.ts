import assert from "node:assert/strict";
import { test } from "node:test";
import { listSilences } from "../../engine/actions/silence.ts";
import type { HttpRequest } from "../../kernel/ports.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { alertmanagerOf } from "./alertmanager.ts";

interface Asked {
  readonly url: string;
  readonly headers: HttpRequest["headers"];
}

function bound(file: object, mode: "observe" | "shadow" | "act") {
  const asked: Asked[] = [];
  let secret = "first";
  const port = alertmanagerOf({
    parts: { config: () => ServerConfig.parse(file), mode: () => mode, useSecret: async () => secret },
    ports: {
      http: {
        async fetch(url, request = {}) {
          asked.push({ url, headers: request.headers });
          return { status: 200, headers: {}, body: "[]" };
        },
      },
    },
  });
  return { port, asked, rotate: () => void (secret = "second") };
}

const alertmanager = { url: "https://alerts.example.org", credentials: "env:ALERTS" };

test("silences are made at the Alertmanager of the configuration, with its credentials as they are then", async () => {
  const { port, asked, rotate } = bound({ alertmanager }, "act");
  assert.ok(port);
  await listSilences(port);
  rotate();
  await listSilences(port);
  assert.deepEqual(
    asked.map(({ url, headers }) => [url, headers?.["authorization"]]),
    [
      ["https://alerts.example.org/api/v2/silences", "Bearer first"],
      ["https://alerts.example.org/api/v2/silences", "Bearer second"],
    ],
  );
});

test("an Alertmanager without credentials is asked without any", async () => {
  const { port, asked } = bound({ alertmanager: { url: "http://127.0.0.1:9093" } }, "shadow");
  assert.ok(port);
  await listSilences(port);
  assert.equal(asked[0]?.headers?.["authorization"], undefined);
});

test("nothing is silenced in mode observe, or where no Alertmanager is named", () => {
  assert.equal(bound({ alertmanager }, "observe").port, undefined);
  assert.equal(bound({}, "act").port, undefined);
});
