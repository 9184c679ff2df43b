import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { signatureHeaders } from "../notices/signature.ts";
import { type Hook, isGenuine } from "./hooks.ts";
import { testNow } from "./test-support.ts";

const body = '{"thread":"millwright/incident/1","action":"acknowledge","by":"Bo"}';
const hourAgo = instantOf(Date.parse(testNow) - 3_600_000);

function genuine(
  kind: Hook["kind"],
  headers: Readonly<Record<string, string>>,
  sent = body,
  secret = "s3cret",
): boolean {
  return isGenuine(kind, secret, { get: (name) => headers[name] }, sent, testNow);
}

test("what a pager sends is signed as our own webhooks are, and an old message is refused", () => {
  const signed = (now = testNow) => ({ ...signatureHeaders("s3cret", { id: "m1", now, body }) });
  assert.equal(genuine("pager", signed()), true);
  assert.equal(genuine("pager", signed(), `${body} `), false);
  assert.equal(genuine("pager", signed(hourAgo)), false);
  assert.equal(genuine("pager", {}), false);
  assert.equal(genuine("pager", signed(), body, ""), false, "no secret opens nothing");
});

test("what PagerDuty sends is signed in its own header", () => {
  const hex = createHmac("sha256", "s3cret").update(body).digest("hex");
  assert.equal(genuine("pagerduty", { "x-pagerduty-signature": `v1=00,v1=${hex}` }), true);
  assert.equal(genuine("pagerduty", { "x-pagerduty-signature": `v1=${hex}` }, `${body} `), false);
  assert.equal(genuine("pagerduty", { "x-hub-signature-256": `sha256=${hex}` }), false, "another sender's way");
});
