// oxlint-disable no-restricted-imports -- asks a store that answers as it is told
import assert from "node:assert/strict";
import { test } from "node:test";
import { stubStore } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import { immutabilityOf } from "./immutable.ts";

const ports = { openBucket: (address: Parameters<typeof openBucket>[0]) => openBucket(address, { pauseMs: 1 }) };
const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "canary" };

const locked = (rule: string): string =>
  `<?xml version="1.0"?><ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;

/** What is said of a bucket whose store answers so. */
async function of(status: number, body: string) {
  const asked: (string | undefined)[] = [];
  const url = await stubStore(({ url: path }, response) => {
    asked.push(path);
    response.writeHead(status, { "content-type": "application/xml" }).end(body);
  });
  const place = { repository: `s3:${url}/second/production`, password: "", environment: keys };
  const said = await immutabilityOf("object-lock", place, ports);
  assert.deepEqual(new Set(asked), new Set(["/second?object-lock="]), "nothing is tried, only asked");
  return said;
}

test("a bucket that locks what is put is verified, with how long and how firmly", async () => {
  const rule = (mode: string, time: string): string =>
    `<Rule><DefaultRetention><Mode>${mode}</Mode>${time}</DefaultRetention></Rule>`;
  assert.deepEqual(await of(200, locked(rule("COMPLIANCE", "<Days>30</Days>"))), {
    kind: "verified",
    words: "objects are locked for 30 days (compliance)",
  });
  const { kind, words } = await of(200, locked(rule("GOVERNANCE", "<Years>1</Years>")));
  assert.deepEqual([kind, /365 days \(governance\); who has s3:Bypass/.test(words)], ["verified", true]);
});

test("a lock without a default retention locks nothing that restic puts, and none is none", async () => {
  assert.match((await of(200, locked(""))).words, /no default retention/);
  const none = "<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>";
  assert.deepEqual(await of(404, none), { kind: "refuted", words: "the bucket second has no object lock" });
});

test("what may not be asked, and what answers no such question, is not known", async () => {
  const refused = await of(403, "<Error><Code>AccessDenied</Code></Error>");
  assert.equal(refused.kind, "unknown");
  assert.ok(!refused.words.includes("canary"));
  assert.equal((await of(200, "<html>Sign in</html>")).kind, "unknown");
  const folder = { repository: "/srv/second", password: "", environment: {} };
  assert.equal((await immutabilityOf("object-lock", folder, ports)).kind, "unknown");
  assert.match((await immutabilityOf("append-only", folder, ports)).words, /only an attempt to delete would tell/);
});
