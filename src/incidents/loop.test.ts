import assert from "node:assert/strict";
import { test } from "node:test";
import { openHttp } from "../edge/http.ts";
import { serveLocally } from "../edge/local-server.ts";
import { exportOf } from "../journal/chain.test-support.ts";
import { entriesAfter, record } from "../journal/store.ts";
import { verifyJournal } from "../journal/verify.ts";
import { noticeChannels } from "../notices/channels.ts";
import { flushOutbox } from "../notices/flush.ts";
import { openOutbox } from "../notices/outbox.ts";
import { checkSignature, signatureHeaders } from "../notices/signature.ts";
import { Notices } from "../platform/server-parts.ts";
import { receiveAlerts } from "./alerts.ts";
import { callFurther } from "./call.ts";
import { receiveFromPager } from "./pager.ts";
import { minutesLater, portsOf, testNow, withStore } from "./ports.test-support.ts";
import { findIncident } from "./store.ts";

const key = "k3y";

test("an alert wakes somebody through the pager, whose signed acknowledgement comes back, and all of it is in the journal", async (t) => {
  const pages: { readonly event_action: string; readonly dedup_key: string }[] = [];
  const pager = await serveLocally((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const verdict = checkSignature(key, (name) => request.headers[name]?.toString(), body, testNow);
      if (verdict === "right") pages.push(JSON.parse(body));
      response.writeHead(verdict === "right" ? 202 : 401).end();
    });
  });
  t.after(() => pager.close());
  const channels = noticeChannels(Notices.parse({ pager: { url: "env:URL", signingKey: "env:KEY" } }), {
    http: openHttp({ userAgent: "millwright/test" }),
    mailer: undefined,
    secret: async (ref) => (ref.kind === "env" && ref.name === "URL" ? pager.url : key),
    publicUrl: undefined,
  });
  await withStore(async (store) => {
    const ports = { ...portsOf([{}, { afterMinutes: 10 }]), record, notify: openOutbox({ now: () => testNow }) };
    const labels = { alertname: "GitLabDown", severity: "critical", environment: "production" };
    const alerts = [{ status: "firing", labels, annotations: {}, startsAt: testNow, fingerprint: "f" }];

    const { incidents } = await receiveAlerts(store, ports, testNow, { version: "4", groupKey: "g", alerts });
    await flushOutbox(store, channels, testNow);
    const [page] = pages;
    assert.equal(page?.event_action, "trigger");

    const answer = JSON.stringify({ thread: page.dedup_key, action: "acknowledge", by: "Bo" });
    const headers: Readonly<Record<string, string>> = signatureHeaders(key, { id: "1", now: testNow, body: answer });
    assert.equal(
      checkSignature(key, (name) => headers[name], answer, minutesLater(1)),
      "right",
    );
    await receiveFromPager(store, ports, minutesLater(1), JSON.parse(answer));

    assert.equal((await findIncident(store, incidents[0] ?? 0))?.ledBy?.name, "Bo");
    assert.equal(await callFurther(store, ports, minutesLater(30)), 0);
    const entries = await entriesAfter(store, 0, 10);
    assert.deepEqual(
      entries.map(({ task, actor }) => `${task}, ${actor.name}`),
      ["Incident 1 opened: GitLabDown, Millwright", "Incident 1 acknowledged, Bo"],
    );
    assert.equal(verifyJournal(exportOf(entries), [], undefined).kind, "whole");
  });
});
