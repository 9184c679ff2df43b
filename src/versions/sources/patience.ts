import { SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Http, HttpReply, HttpRequest } from "../../kernel/ports.ts";
import type { Limits } from "./limits.ts";

export interface PatiencePorts {
  readonly http: Http;
  readonly limits: Limits;
  readonly wait: (millis: number) => Promise<void>;
  /** From 0 up to but not 1; spreads the retries of many clients. */
  readonly random: () => number;
  readonly now: () => Instant;
}

const attempts = 3;
const firstPauseMs = 500;
/** A server that asks for more patience than this is not waited for; its reply is given as it is. */
const longestPauseMs = 20_000;

/**
 * An `Http` that waits its turn and asks again, up to three times, after no answer and after 429, 502, 503 and 504, as long
 * as the server asks (`Retry-After`) or after a pause that doubles, less a random part. A host that has never answered and
 * was silent three times is not asked again by this value. A waiting question keeps no one else from asking.
 */
export function patient(ports: PatiencePorts): Http {
  const silent = new Map<string, SystemError>();
  const heard = new Set<string>();
  const askOnce = (host: string, url: string, request?: HttpRequest): Promise<HttpReply | SystemError> =>
    ports.limits.run(host, async () => {
      const before = silent.get(host);
      if (before !== undefined) throw silentBefore(host, before);
      return ports.http.fetch(url, request).catch(retryable);
    });
  return {
    fetch: async (url, request) => {
      const host = URL.canParse(url) ? new URL(url).host : "";
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await askOnce(host, url, request);
        const pause = attempt === attempts ? undefined : pauseBefore(outcome, attempt, ports);
        if (!(outcome instanceof SystemError)) heard.add(host);
        if (pause !== undefined) await ports.wait(pause);
        else if (!(outcome instanceof SystemError)) return outcome;
        else {
          if (!heard.has(host)) silent.set(host, outcome);
          throw outcome;
        }
      }
    },
  };
}

/** Names the host only: the first message is about the page that happened to be asked for first. */
function silentBefore(host: string, before: SystemError): SystemError {
  const reason = before.message.replace(/^[A-Z]+ \S+: /, "");
  return new SystemError(`${host}: ${reason} (asked once for all its pages)`, before.remedy, { cause: before });
}

function retryable(thrown: unknown): SystemError {
  if (thrown instanceof SystemError && thrown.remedy === "retry") return thrown;
  throw thrown;
}

/** Milliseconds until the next try; undefined when the reply is final. */
function pauseBefore(outcome: HttpReply | SystemError, attempt: number, ports: PatiencePorts): number | undefined {
  const backoff = firstPauseMs * 2 ** (attempt - 1) * (0.5 + ports.random() / 2);
  if (outcome instanceof SystemError) return backoff;
  if (![429, 502, 503, 504].includes(outcome.status)) return undefined;
  const asked = retryAfterMs(outcome.headers["retry-after"], ports.now());
  if (asked === undefined) return backoff;
  return asked > longestPauseMs ? undefined : Math.max(asked, backoff);
}

/** `Retry-After` in milliseconds from now: seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(text: string | undefined, now: Instant): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.parse(now));
}
