import type * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { ProbeHttp, ProbeRequest, TimedReply } from "../kernel/probe-ports.ts";
import type { Reading } from "./probe.ts";
import { unhealthy, unknownReading } from "./readings.ts";

/** An answer older than this says nothing of now. */
const oldestSeconds = 60;
const passTheCache = "Let this route pass the cache that stands before it.";

/** How a route is asked, and what its failures mean for this subject. */
export interface Ask {
  readonly subject: string;
  readonly path: string;
  readonly request?: ProbeRequest;
  /** What a 401 or 403 asks for: `a token with scope read_api`. */
  readonly right: string;
  /** A server that answers 5xx is `unhealthy` where this route is what people use, else the subject stays unknown. */
  readonly down: "unhealthy" | "unknown";
  /** Now: the question goes out under an address nobody asked before, so that no cache has its answer. */
  readonly fresh?: Instant;
}

/** Either the body as the schema reads it, or the reading that says why there is none. */
export type Answer<T> =
  | { readonly kind: "value"; readonly value: T; readonly reply: TimedReply }
  | { readonly kind: "not-found"; readonly reply: TimedReply }
  | { readonly kind: "reading"; readonly reading: Reading };

/** Asks for JSON and reads it by the schema. 404 is left to the caller: it can mean absent, forbidden or misplaced. */
export async function askJson<S extends z.ZodType>(http: ProbeHttp, ask: Ask, schema: S): Promise<Answer<z.output<S>>> {
  const reply = await http.fetch(addressOf(ask), ask.request);
  const refusal = judgeStatus(http, ask, reply);
  if (refusal !== undefined) return refusal;
  const parsed = schema.safeParse(parseJson(reply.body));
  if (parsed.success) return { kind: "value", value: parsed.data, reply };
  return {
    kind: "reading",
    reading: unhealthy(ask.subject, reply.status, `${shown(http, ask, reply)}, but ${describeBody(reply)}`),
  };
}

/** Asks for text. */
export async function askText(http: ProbeHttp, ask: Ask): Promise<Answer<string>> {
  const reply = await http.fetch(addressOf(ask), ask.request);
  return judgeStatus(http, ask, reply) ?? { kind: "value", value: reply.body, reply };
}

/** nginx keys its cache by address and query and shows no age (ngx_http_proxy_module proxy_cache); GitLab, SharingHub and MLflow pass over parameters they do not know. */
function addressOf({ path, fresh }: Ask): string {
  if (fresh === undefined) return path;
  return `${path}${path.includes("?") ? "&" : "?"}fresh=${Date.parse(fresh).toString(36)}`;
}

/** What a status other than success means, and an answer that a cache kept (RFC 9111 §5.1); undefined for a fresh 2xx. */
function judgeStatus(http: ProbeHttp, ask: Ask, reply: TimedReply): Answer<never> | undefined {
  const { status } = reply;
  const age = Number(reply.headers["age"] ?? 0);
  if (status >= 200 && status < 300 && age > oldestSeconds)
    return {
      kind: "reading",
      reading: unknownReading(ask.subject, `${shown(http, ask, reply)}, ${age} s old, from a cache`, passTheCache),
    };
  if (status >= 200 && status < 300) return undefined;
  if (status === 404) return { kind: "not-found", reply };
  return { kind: "reading", reading: readingOf(http, ask, reply) };
}

function readingOf(http: ProbeHttp, ask: Ask, reply: TimedReply): Reading {
  const answer = shown(http, ask, reply);
  if (reply.status === 401 || reply.status === 403)
    return unknownReading(ask.subject, answer, `It needs ${ask.right}.`);
  if (reply.status === 429)
    return unknownReading(ask.subject, answer, "It asks to be asked less often; it is asked again later.");
  if (reply.status >= 500 && ask.down === "unhealthy") return unhealthy(ask.subject, reply.status, answer);
  if (reply.status >= 500)
    return unknownReading(ask.subject, answer, "It is asked again; look at the availability probe of this component.");
  return unhealthy(ask.subject, reply.status, answer);
}

/** `GET https://x/status answers 503`. */
export function shown(http: ProbeHttp, ask: Pick<Ask, "path" | "request">, reply: TimedReply): string {
  const address = ask.path.startsWith("/") ? `${http.url}${ask.path}` : ask.path;
  return `${ask.request?.method ?? "GET"} ${address} answers ${reply.status}`;
}

/** What came instead of what was expected. */
export function describeBody({ body, headers }: TimedReply): string {
  if (body.trim() === "") return "with an empty body";
  if (isPage(body, headers["content-type"])) {
    return /type=["']?password|sign[ -]?in|log[ -]?in/i.test(body) ? "with a login page" : "with a web page";
  }
  return parseJson(body) === undefined ? "with text that is not JSON" : "with JSON of another shape";
}

export function isPage(body: string, contentType: string | undefined): boolean {
  return contentType?.includes("text/html") === true || /^\s*<(?:!doctype|html)/i.test(body);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
