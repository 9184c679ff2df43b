import { createHmac, timingSafeEqual } from "node:crypto";
import type { Instant } from "../kernel/instant.ts";

/*
 * Signatures of webhooks as the Standard Webhooks specification has them (github.com/standard-webhooks/standard-webhooks,
 * spec/standard-webhooks.md): HMAC-SHA256 over `ID.TIMESTAMP.BODY`, in base64, after `v1,`. A message that is older than the
 * replay window is refused whatever its signature; within it the id tells a repetition.
 */

const windowSeconds = 300;

/** Headers of a signed message. */
export function signatureHeaders(
  secret: string,
  message: { readonly id: string; readonly now: Instant; readonly body: string },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(Date.parse(message.now) / 1000));
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signatureOf(secret, message.id, timestamp, message.body)}`,
  };
}

export type SignatureVerdict = "right" | "missing" | "wrong" | "too-old";

/** Whether a message was signed with the secret, within the last five minutes. `header` gives a header by its lower-case name. */
export function checkSignature(
  secret: string,
  header: (name: string) => string | undefined,
  body: string,
  now: Instant,
): SignatureVerdict {
  const [id, timestamp, given] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
  if (id === undefined || timestamp === undefined || given === undefined || secret === "") return "missing";
  if (!/^\d{1,12}$/.test(timestamp)) return "wrong";
  const right = Buffer.from(signatureOf(secret, id, timestamp, body));
  const signed = given.split(" ").some((part) => {
    const text = Buffer.from(part.startsWith("v1,") ? part.slice(3) : "");
    return text.length === right.length && timingSafeEqual(text, right);
  });
  if (!signed) return "wrong";
  return Math.abs(Date.parse(now) / 1000 - Number(timestamp)) > windowSeconds ? "too-old" : "right";
}

/**
 * Whether PagerDuty sent a message: `X-PagerDuty-Signature` holds HMAC-SHA256 of the body in hexadecimal, one for each secret
 * that is in use (developer.pagerduty.com/docs/webhooks, "Verifying Signatures"). It has no moment, so repetitions must do no harm.
 */
export function isSignedByPagerDuty(secret: string, header: string | undefined, body: string): boolean {
  if (header === undefined || secret === "") return false;
  const right = Buffer.from(createHmac("sha256", secret).update(body).digest("hex"));
  return header.split(",").some((part) => {
    const text = Buffer.from(part.trim().replace(/^v1=/, ""));
    return text.length === right.length && timingSafeEqual(text, right);
  });
}

function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  return createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
}

/** `whsec_` and base64, as the specification writes keys; any other text is its own bytes. */
function keyOf(secret: string): Buffer {
  return secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret);
}
