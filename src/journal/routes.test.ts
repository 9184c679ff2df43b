import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, test } from "node:test";
import { all, testApi } from "../api/test-support.ts";
import { journalReportAsHtml } from "../reports/journal-report.ts";
import { Anchor, signerOf } from "./anchor.ts";
import { draftOf } from "./chain.test-support.ts";
import { journalRoutes } from "./routes.ts";
import { record } from "./store.ts";
import { verifyJournal } from "./verify.ts";

const signer = signerOf(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString());
const service = { signer, reportAsHtml: journalReportAsHtml };
const api = await testApi(journalRoutes, { record, services: { need: <T>(): T => service as T } });
after(() => api.close());
await record(api.store, draftOf(1, { task: "<script>alert(1)</script>", links: { incident: "7" } }));
await record(api.store, draftOf(2, { environment: "production" }));
await record(api.store, draftOf(3, { environment: undefined }));

const ask = async (path: string, as = all("viewer")) => api.ask("GET", `/api/v1/journal/${path}`, as);
const sequences = async (path: string, as = all("viewer")): Promise<readonly number[]> => {
  const { items } = (await (await ask(path, as)).json()) as { items: { sequence: number }[] };
  return items.map(({ sequence }) => sequence);
};

test("entries come in pages, newest first, and by what they belong to", async () => {
  const first = (await (await ask("entries?limit=2")).json()) as { next: string };

  assert.deepEqual(await sequences("entries?limit=2"), [3, 2]);
  assert.deepEqual(await sequences(`entries?limit=2&cursor=${first.next}`), [1]);
  assert.deepEqual(await sequences("entries?link=incident=7"), [1]);
  assert.deepEqual(await sequences("entries?kind=run"), []);
});

test("a kind can be left out, and is counted then; whoever does not ask gets all", async () => {
  const without = (await (await ask("entries?without=run")).json()) as object;
  const notes = (await (await ask(`entries?without=${draftOf(1).kind}`)).json()) as object;

  assert.partialDeepStrictEqual(without, { items: [{ sequence: 3 }, { sequence: 2 }, { sequence: 1 }], leftOut: 0 });
  assert.deepEqual(notes, { items: [], leftOut: 3 });
  assert.equal("leftOut" in ((await (await ask("entries")).json()) as object), false);
});

test("who may see one environment sees its entries, and neither the others nor the export", async () => {
  const staging = { staging: "viewer" } as const;

  assert.deepEqual(await sequences("entries", staging), [1]);
  assert.deepEqual(
    await Promise.all(
      ["entries/1", "entries/2", "entries/3", "export", "anchor"].map(
        async (path) => (await ask(path, staging)).status,
      ),
    ),
    [200, 404, 404, 403, 403],
  );
});

test("what is exported is whole by the anchor that is given, also when it is fetched in parts", async () => {
  const anchor = Anchor.parse(await (await ask("anchor")).json());
  const whole = await (await ask("export")).text();
  const parts = await Promise.all(["export?limit=2", "export?after=2"].map(async (path) => (await ask(path)).text()));

  assert.equal(parts.join(""), whole);
  assert.equal(verifyJournal(whole, [{ name: "anchor", anchor }], signer.publicKey).kind, "whole");
  assert.match(await (await ask("export?format=markdown")).text(), /^# \\<script\\>alert\(1\)/);
});

test("a report is data and a page, and no entry's text becomes markup of the page", async () => {
  const report = (await (await ask("report?period=month&on=2026-11-01")).json()) as { entries: number };
  const page = await (await ask("report.html?on=2026-11-20")).text();

  assert.equal(report.entries, 3);
  assert.match(page, /&lt;script&gt;alert\(1\)/);
  assert.doesNotMatch(page, /<script/);
});

test("work done by hand is written down by whoever may work there", async () => {
  const body = { task: "Cleaned the runner's disk", environment: "staging", durationMinutes: 20 };
  const refused = await api.ask("POST", "/api/v1/journal/entries", { production: "operator" }, { body });
  const written = await api.ask("POST", "/api/v1/journal/entries", { staging: "operator" }, { body });

  assert.deepEqual([refused.status, written.status], [403, 201]);
  const [newest] = ((await (await ask("entries?limit=1")).json()) as { items: object[] }).items;
  assert.partialDeepStrictEqual(newest, { sequence: 4, kind: "note", durationSeconds: 1200, environment: "staging" });
});
