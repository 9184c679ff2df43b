import { type Unknown, unknown } from "../../kernel/fact.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { HttpReply } from "../../kernel/ports.ts";
import { redactUrls } from "../../kernel/url.ts";
import { retryAfterMs } from "./patience.ts";

/** Why a reply that is neither an answer nor "there is none" leaves us without knowledge, and until when. */
export function explainRefusal(url: string, reply: HttpReply, now: Instant): Unknown {
  const { host } = new URL(url);
  const shown = redactUrls(url);
  const until = limitedUntil(reply, now);
  if (until !== undefined) {
    return unknown(
      `${host} allows no more questions until ${until}`,
      `ask again after ${until}, or configure a credential for ${host}`,
    );
  }
  switch (reply.status) {
    case 401:
    case 407:
      return unknown(
        `${shown} wants a login (${reply.status})`,
        `configure a credential that may read there for ${host}`,
      );
    case 403:
      return unknown(`${shown} refuses us (403)`, `give the credential for ${host} the right to read there`);
    case 429:
      return unknown(
        `${host} allows no more questions for now (429)`,
        `ask again later, or configure a credential for ${host}`,
      );
    default:
      return unknown(`${shown} answers ${reply.status}`, reply.status >= 500 ? "ask again later" : "check the address");
  }
}

/**
 * When a rate limit ends. GitHub answers 403 or 429 with `x-ratelimit-remaining: 0` and `x-ratelimit-reset` in epoch seconds
 * (docs.github.com, "Rate limits for the REST API"); GitLab 429 with `ratelimit-reset` and `retry-after`.
 */
function limitedUntil(reply: HttpReply, now: Instant): Instant | undefined {
  if (reply.status !== 403 && reply.status !== 429 && reply.status !== 503) return undefined;
  const asked = retryAfterMs(reply.headers["retry-after"], now);
  if (asked !== undefined) return instantOf(Date.parse(now) + asked);
  const spent = reply.status === 429 || reply.headers["x-ratelimit-remaining"] === "0";
  const reset = reply.headers["x-ratelimit-reset"] ?? reply.headers["ratelimit-reset"];
  return spent && reset !== undefined && /^\d{9,11}$/.test(reset) ? instantOf(Number(reset) * 1000) : undefined;
}

/** Git's own last word in clear; `said` is the whole message, command and folder included. */
export function explainGit(url: string, said: string): Unknown {
  const host = URL.canParse(url) ? new URL(url).host : url;
  const reason = /(?:fatal|ERROR|error): (.+)$/s.exec(said)?.[1] ?? said;
  if (/could not resolve host|name or service not known|temporary failure in name resolution/i.test(said)) {
    return unknown(`${redactUrls(url)}: the host's name is not known`, `check the name ${host} and this machine's DNS`);
  }
  if (/failed to connect|connection refused|timed out|did not answer in time|unreachable/i.test(said)) {
    return unknown(`${redactUrls(url)}: ${host} does not answer (${reason})`, "check the way there, then ask again");
  }
  if (/certificate|SSL|TLS/.test(said)) {
    return unknown(`${redactUrls(url)}: ${reason}`, `check the certificate of ${host}`);
  }
  return unknown(
    `${redactUrls(url)}: ${reason}`,
    "check that the repository exists and that a credential for it is configured, then ask again",
  );
}
