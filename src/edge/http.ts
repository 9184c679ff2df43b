import { SystemError } from "../kernel/errors.ts";
import type { Http, HttpReply, HttpRequest } from "../kernel/ports.ts";
import { redactUrls } from "../kernel/url.ts";

export interface HttpOptions {
  /** What we call ourselves to servers: `millwright/0.1.0`. */
  readonly userAgent: string;
}

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 32_000_000;
const maxRedirects = 5;

/** Headers that must not reach another server than the one they were meant for. */
const secretHeaders = ["authorization", "cookie", "private-token", "job-token", "proxy-authorization", "x-api-key"];

/**
 * HTTP by the runtime's own client. Redirects are followed up to five times, without credentials to another origin and
 * never from https to http. Bodies are counted after decompression. A refusal that asking again cannot cure (certificate,
 * redirects, length) has remedy `stop`.
 */
export function openHttp(options: HttpOptions): Http {
  return {
    fetch: async (url, request = {}) => {
      const signal = AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs);
      return followRedirects(
        parseTarget(url),
        { ...request, headers: { "user-agent": options.userAgent, ...request.headers } },
        signal,
      );
    },
  };
}

function parseTarget(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol)) {
    throw new SystemError(`${redactUrls(url)} is not an http(s) address.`, "stop");
  }
  target.username = "";
  target.password = "";
  target.hash = "";
  return target;
}

async function followRedirects(start: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
  let target = start;
  let headers = lowerCased(request.headers ?? {});
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await ask(target, { ...request, headers }, signal);
    const location =
      request.redirects !== "refuse" && isRedirect(response.status) ? response.headers.get("location") : null;
    if (location === null) return readReply(target, response, request, signal);
    await response.body?.cancel();
    const next = nextTarget(target, location);
    if (next.origin !== target.origin) headers = withoutSecrets(headers);
    target = next;
  }
  throw new SystemError(`${show(start)} redirects more than ${maxRedirects} times.`, "stop");
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function nextTarget(from: URL, location: string): URL {
  const next = URL.canParse(location, from.href) ? parseTarget(new URL(location, from.href).href) : undefined;
  if (next === undefined) throw new SystemError(`${show(from)} redirects to something that is no address.`, "stop");
  if (from.protocol === "https:" && next.protocol === "http:") {
    throw new SystemError(`${show(from)} redirects from https to http (${show(next)}).`, "stop");
  }
  return next;
}

async function ask(target: URL, request: HttpRequest, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(target, {
      method: request.method ?? "GET",
      headers: { ...request.headers },
      redirect: "manual",
      signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
  } catch (thrown) {
    throw failure(target, request, thrown);
  }
}

async function readReply(
  target: URL,
  response: Response,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  const maxBytes = request.maxBytes ?? defaultMaxBytes;
  const announced = request.method === "HEAD" ? 0 : Number(response.headers.get("content-length") ?? 0);
  let chunks: readonly Uint8Array[] | undefined;
  try {
    if (announced <= maxBytes) chunks = await collect(response, maxBytes);
    else await response.body?.cancel();
  } catch (thrown) {
    throw failure(target, request, signal.aborted ? signal.reason : thrown);
  }
  if (chunks === undefined) {
    throw new SystemError(`${show(target)} answers more than ${maxBytes / 1_000_000} MB; that is not read.`, "stop");
  }
  const body = Buffer.concat(chunks).toString("utf8");
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

/** The body's chunks; undefined, with the connection closed, as soon as they are more than `maxBytes`. */
async function collect(response: Response, maxBytes: number): Promise<readonly Uint8Array[] | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return chunks;
}

function failure(target: URL, request: HttpRequest, thrown: unknown): SystemError {
  const [words, remedy] = explain(thrown, request.timeoutMs ?? defaultTimeoutMs);
  return new SystemError(`${request.method ?? "GET"} ${show(target)}: ${words}`, remedy, { cause: thrown });
}

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "the host's name is not known",
  EAI_AGAIN: "the host's name could not be looked up",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no network",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
};

function explain(thrown: unknown, timeoutMs: number): readonly [string, "retry" | "stop"] {
  if (thrown instanceof Error && thrown.name === "TimeoutError")
    return [`no whole answer within ${timeoutMs / 1000} s`, "retry"];
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/.test(code)) {
    return [`its certificate is not trusted (${code}); name your CA in NODE_EXTRA_CA_CERTS`, "stop"];
  }
  const words = networkWords[code] ?? (cause instanceof Error ? redactUrls(cause.message) : "no answer");
  return [words, "retry"];
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secretHeaders.includes(name)));
}

function show(target: URL): string {
  return redactUrls(target.href);
}
