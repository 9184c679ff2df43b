import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "../kernel/instant.ts";
import { signaturesOf, templateOf } from "../systems/log-signature.ts";
import { lookAt } from "./look.ts";
import { usualPatience } from "./patience.ts";
import { binomialTail, judgeSignature } from "./signatures.ts";

const counts = {
  environment: "production",
  component: "gitlab",
  signature: "a",
  template: "error: x",
  recent: 0,
  recentHours: 6,
  earlier: 0,
  earlierHours: 160,
};

test("what was never there is new, a few stray lines are not", () => {
  assert.equal(judgeSignature({ ...counts, recent: 3 }).kind, "new");
  assert.equal(judgeSignature({ ...counts, recent: 2 }).kind, "usual");
});

test("many times more than before is rising, somewhat more is usual", () => {
  assert.equal(judgeSignature({ ...counts, recent: 60, earlier: 100 }).kind, "rising");
  assert.equal(judgeSignature({ ...counts, recent: 7, earlier: 100 }).kind, "usual");
});

test("without a past nothing is new: it is unknown", () => {
  assert.equal(judgeSignature({ ...counts, recent: 100, earlierHours: 5 }).kind, "unknown");
});

test("the binomial tail is that of adding up", () => {
  assert.ok(Math.abs(binomialTail(2, 3, 0.5) - 0.5) < 1e-12);
  assert.ok(Math.abs(binomialTail(0, 5, 0.2) - 1) < 1e-12);
  assert.ok(Math.abs(binomialTail(5, 5, 0.2) - 0.2 ** 5) < 1e-12);
});

test("lines that differ in numbers, times, ids and addresses are one signature", () => {
  const log = [
    "2026-11-20T10:00:01.123Z ERROR request 4711 from 10.0.0.7:4311 failed: id 550e8400-e29b-41d4-a716-446655440000",
    "2026-11-20T10:00:09.999Z ERROR request 12 from 10.0.0.9:99 failed: id 650e8400-e29b-41d4-a716-446655440001",
    "2026-11-20T10:00:10.000Z INFO 0 errors",
    "GET /status 200",
  ].join("\n");

  const [first, ...rest] = signaturesOf(log);

  assert.deepEqual([first?.count, rest], [2, []]);
  assert.match(first?.template ?? "", /^<time> ERROR request <n> from <address> failed/);
});

const secrets = [
  "error: password=hunter2hunter2 rejected",
  'error {"client_secret": "hunter2hunter2"}',
  "fatal: postgresql://bob:hunter2hunter2@db/app refused",
  "error Authorization: Bearer hunter2hunter2",
  "error PRIVATE-TOKEN: hunter2hunter2",
  "error token glpat-hunter2hunter2hunter2",
  "error https://x/?access_token=hunter2hunter2&b=1",
  "error cookie=hunter2hunter2; path=/",
  "error AKIAHUNTER2HUNTER2AB",
];

test("no signature shows a secret", () => {
  for (const line of secrets) assert.ok(!/hunter2/i.test(templateOf(line)), templateOf(line));
});

test("signatures of one log are few, whatever is in it, and a template of a template is itself in what it hides", () => {
  const log = Array.from({ length: 5000 }, (_, index) => `error ${String.fromCodePoint(0x4e00 + index)} happened`).join(
    "\n",
  );
  assert.ok(signaturesOf(log).length <= 501);
  fc.assert(fc.property(fc.string({ maxLength: 3000 }), (line) => templateOf(line).length <= 300));
});

test("of a hostile line no more than of any other is kept, and it is done with at once", () => {
  for (const line of [
    "a.".repeat(50_000),
    "password".repeat(10_000),
    "-".repeat(100_000),
    `error ${"a@".repeat(40_000)}`,
  ])
    assert.ok(templateOf(line).length <= 300, line.slice(0, 20));
});

test("errors that rise are a finding as new ones are; the usual ones are none", () => {
  const of = (signature: string, recent: number, earlier: number) =>
    judgeSignature({ ...counts, signature, recent, earlier });
  const signatures = [of("rising", 60, 100), of("new", 5, 0), of("usual", 6, 160)];
  const now = "2026-11-20T09:00:00.000Z" as Instant;
  const { findings } = lookAt({ standings: [], components: [], signatures, now, patience: usualPatience });
  assert.deepEqual(
    findings.map(({ rule, severity, places }) => [rule, severity, places[0].file.split("/").at(-1)]),
    [
      ["health-log-errors", "medium", "rising"],
      ["health-log-errors", "medium", "new"],
    ],
  );
  assert.match(findings[0]?.message ?? "", /times as many as usual/);
});
