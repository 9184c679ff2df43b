import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { messageOf, SystemError } from "../kernel/errors.ts";
import type { Http, HttpReply, HttpRequest } from "../kernel/ports.ts";
import { redactUrls } from "../kernel/url.ts";

export interface ProbeHttpOptions {
  /** What we call ourselves to servers: `millwright/0.1.0`. */
  readonly userAgent: string;
  /** Certificates to trust instead of the machine's, PEM. */
  readonly ca?: string;
}

const defaultTimeoutMs = 20_000;
const defaultMaxBytes = 4_000_000;
const maxRedirects = 5;

/** Headers that must not reach another server than the one they were meant for. */
const secretHeaders = new Set(["authorization", "cookie", "private-token", "x-gitlab-token", "token", "x-amz-date"]);

/**
 * HTTP for probes: a connection of its own for every question, as a stranger would come, so that what is measured includes
 * the handshake and no half-dead connection is reused; and it trusts a given CA. Even so it took no more processor time than
 * the runtime's `fetch` on kept connections (`docs/benchmarks.md`). Redirects as in `openHttp`: up to five, without
 * credentials to another origin, never from https to http.
 */
export function openProbeHttp(options: ProbeHttpOptions): Http {
  return {
    async fetch(url, request = {}) {
      const deadline = performance.now() + (request.timeoutMs ?? defaultTimeoutMs);
      let target = parseTarget(url);
      let headers: Readonly<Record<string, string>> = { "user-agent": options.userAgent, ...request.headers };
      for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const reply = await exchange(target, { ...request, headers }, options.ca, deadline);
        const location = reply.headers["location"];
        if (
          request.redirects === "refuse" ||
          location === undefined ||
          ![301, 302, 303, 307, 308].includes(reply.status)
        )
          return reply;
        const next = nextTarget(target, location);
        if (next.origin !== target.origin) headers = withoutSecrets(headers);
        target = next;
      }
      throw new SystemError(`${show(url)} redirects more than ${maxRedirects} times.`, "stop");
    },
  };
}

function parseTarget(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target !== undefined && /^https?:$/.test(target.protocol)) return target;
  throw new SystemError(`${show(url)} is not an http(s) address.`, "stop");
}

function nextTarget(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new SystemError(`${show(from.href)} redirects to something that is no address.`, "stop");
  const next = parseTarget(new URL(location, from.href).href);
  if (from.protocol === "https:" && next.protocol === "http:")
    throw new SystemError(`${show(from.href)} redirects from https to http (${show(next.href)}).`, "stop");
  return next;
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secretHeaders.has(name.toLowerCase())));
}

function exchange(target: URL, request: HttpRequest, ca: string | undefined, deadline: number): Promise<HttpReply> {
  const { method = "GET", body, headers = {}, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = request;
  const label = `${method} ${show(target.href)}`;
  return new Promise((resolve, reject) => {
    const send = target.protocol === "https:" ? secureRequest : plainRequest;
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent: ClientRequest = send(target, {
      method,
      agent: false,
      headers: { ...headers, ...length },
      ...(ca === undefined ? {} : { ca }),
    });
    const fail = (words: string, remedy: "retry" | "stop", cause?: unknown): void => {
      clearTimeout(timer);
      reject(new SystemError(`${label}: ${words}`, remedy, { cause }));
      sent.destroy();
    };
    const silent = `no whole answer within ${timeoutMs / 1000} s`;
    const timer = setTimeout(() => fail(silent, "retry"), Math.max(0, deadline - performance.now()));
    sent.on("error", (cause) => fail(...explain(cause), cause));
    sent.on("response", (response) => {
      collect(response, maxBytes, fail, (text) => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: flat(response), body: text });
      });
    });
    sent.end(body);
  });
}

function collect(
  response: IncomingMessage,
  maxBytes: number,
  fail: (words: string, remedy: "retry" | "stop", cause?: unknown) => void,
  whole: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) fail(`answers more than ${maxBytes / 1_000_000} MB; that is not read`, "stop");
    else chunks.push(chunk);
  });
  response.on("error", (cause) => fail("the connection was cut", "retry", cause));
  response.on("end", () => {
    if (response.complete && length <= maxBytes) whole(Buffer.concat(chunks).toString("utf8"));
  });
}

function flat(response: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "the host's name is not known",
  EAI_AGAIN: "the host's name could not be looked up",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no network",
};

function explain(cause: unknown): readonly [words: string, remedy: "retry" | "stop"] {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const known = words[code];
  if (known !== undefined) return [known, "retry"];
  const untrusted = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code);
  return [untrusted ? `its certificate is not accepted (${code})` : messageOf(cause), untrusted ? "stop" : "retry"];
}

function show(url: string): string {
  return redactUrls(url);
}
