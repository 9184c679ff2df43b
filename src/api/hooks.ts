import { createHmac, timingSafeEqual } from "node:crypto";
import type { Instant } from "../kernel/instant.ts";
import { checkSignature, isSignedByPagerDuty } from "../notices/signature.ts";

/** Something that others may tell us: `POST /hooks/NAME`. */
export interface Hook {
  readonly name: string;
  readonly kind: "gitlab" | "github" | "alertmanager" | "pager" | "pagerduty";
  /** Resolved each time, so that a changed secret needs no restart. */
  secret(): Promise<string>;
  /** What is done with a message that is genuine. Throws `InputError` for one it cannot read. */
  receive(message: unknown): Promise<void>;
}

export interface HookHeaders {
  get(name: string): string | undefined;
}

/**
 * Whether whoever sent it knows the secret. GitLab sends it as it is in `X-Gitlab-Token`
 * (docs.gitlab.com/user/project/integrations/webhooks), GitHub signs the body (docs.github.com/en/webhooks,
 * "Validating webhook deliveries"), Alertmanager's `http_config.authorization` sends it as a bearer token. A pager signs
 * as our own webhooks are signed, so an old message sent again is refused.
 */
export function isGenuine(
  kind: Hook["kind"],
  secret: string,
  headers: HookHeaders,
  body: string,
  now: Instant,
): boolean {
  if (secret === "") return false;
  switch (kind) {
    case "gitlab":
      return same(headers.get("x-gitlab-token") ?? "", secret);
    case "github":
      return same(
        headers.get("x-hub-signature-256") ?? "",
        `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      );
    case "alertmanager":
      return same(headers.get("authorization") ?? "", `Bearer ${secret}`);
    case "pager":
      return checkSignature(secret, (name) => headers.get(name), body, now) === "right";
    case "pagerduty":
      return isSignedByPagerDuty(secret, headers.get("x-pagerduty-signature"), body);
  }
}

/** Takes as long whatever differs; both are hashed first, as only texts of one length can be compared so. */
export function same(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
