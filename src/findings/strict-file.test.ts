import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import { ServerConfig } from "../platform/server-config.ts";
import { parseConfig } from "./platform-file.ts";
import { parseServerConfig } from "./server-file.ts";

function complaint(parse: () => unknown): string {
  try {
    parse();
  } catch (thrown) {
    assert.ok(thrown instanceof InputError);
    return thrown.message;
  }
  return assert.fail("it was accepted");
}

const platform = (text: string): string => complaint(() => parseConfig(text, "millwright.yaml"));
const server = (text: string): string => complaint(() => parseServerConfig(text, "server.yaml"));

test("every mistake is named with its line, its field, what stands there and what is right", () => {
  const message = platform(
    [
      "environments: [{ name: staging }, { name: prod }]",
      "windows:",
      "  - environment: prod",
      "    days: [Sunday]",
      "    from: 2am",
      "    to: 06:00",
      "freezes: [{ from: 2026-12-20, until: 2026-12-01, reason: holidays }]",
      "polcy: {}",
    ].join("\n"),
  );
  assert.deepEqual(
    message.split("\n").map((line) => line.split("; there is")[0]),
    [
      'millwright.yaml:5: windows[0].from: a time of day such as 02:00, not "2am"',
      'millwright.yaml:7: freezes[0].until: must be later than from, not "2026-12-01"',
      'millwright.yaml:8: unknown key "polcy"',
    ],
  );
});

test("a window or freeze of an environment that nobody declared is a mistake", () => {
  const message = platform(
    "environments: [{ name: prod }]\nfreezes: [{ environment: porod, from: 2026-12-01, until: 2026-12-02, reason: why }]",
  );
  assert.equal(message, 'millwright.yaml:2: freezes[0].environment: no such environment; there is prod, not "porod"');
});

test("what is missing or of another kind is said in plain words", () => {
  const said = (text: string): readonly string[] => server(text).split("\n");
  assert.deepEqual(said("repositories: [{ url: x }]"), [
    "server.yaml:1: repositories[0].name: is missing; it must be a text",
  ]);
  assert.deepEqual(said("mode: acts"), ['server.yaml:1: mode: must be one of observe, shadow, act, not "acts"']);
  assert.deepEqual(said("workers: { concurrency: many }"), [
    'server.yaml:1: workers.concurrency: must be a number, not "many"',
  ]);
  assert.deepEqual(said("- list"), ["server.yaml:1: must be keys with values"]);
  assert.match(server("lisen: {}"), /unknown key "lisen"; there is .*listen/);
  assert.match(
    platform("windows: [{ environment: p, days: [Sun], from: 01:00, to: 02:00 }]"),
    /days: any, weekdays, weekends, or a list such as/,
  );
});

test("an empty server file is a server that observes, on the loopback, with a database of its own", () => {
  const config = parseServerConfig("", "server.yaml");
  assert.equal(config.mode, "observe");
  assert.equal(config.listen.host, "127.0.0.1");
  assert.equal(config.database.url, undefined);
  assert.deepEqual(ServerConfig.parse({}), config);
});

test("a secret written where a reference belongs is refused and never repeated", () => {
  const files = [
    "database: { url: 'postgresql://me:canary@db/x' }",
    "sealing: [{ id: one, key: canary }]",
    "login: { issuer: https://id.example.org, clientId: millwright, clientSecret: canary }",
    "webhooks: [{ name: push, kind: gitlab, secret: canary }]",
    "repositories: [{ name: platform, url: 'https://me:canary@git.example.org/x.git' }]",
    "notices: { webhooks: [{ name: chat, url: 'https://chat.example.org/canary' }] }",
  ];
  for (const file of files) {
    const message = server(file);
    assert.ok(!message.includes("canary"), message);
    assert.match(message, /never the secret itself/);
  }
  assert.ok(!server("sealing: [{ id: one, key: 48151623 }]").includes("48151623"));
});

test("settings that contradict each other are named", () => {
  assert.match(server("listen: { host: 0.0.0.0 }"), /server\.yaml:1: listen\.host: .*listen\.tls/);
  assert.match(server("database: { url: 'env:URL', embedded: data }"), /either url or embedded/);
  assert.match(server("clusters: [{ environment: prod }]"), /either kubeconfig or inCluster/);
  assert.match(
    server("sealing: [{ id: a, key: 'env:A' }, { id: a, key: 'env:B' }]"),
    /sealing\[1\]\.id: is there already/,
  );
  assert.equal(parseServerConfig("listen: { host: 0.0.0.0, behindProxy: true }", "server.yaml").listen.port, 8420);
});

test("YAML that cannot be read is one mistake with line and column", () => {
  assert.match(server("listen: [\n"), /^server\.yaml:\d+:\d+: /);
});
