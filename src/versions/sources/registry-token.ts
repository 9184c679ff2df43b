import * as z from "zod";
import type { HttpReply } from "../../kernel/ports.ts";
import { type Ask, mayCarryCredentials } from "./ask.ts";
import type { UpstreamOf } from "./source.ts";
import { parseJson } from "./source.ts";

/** `access_token` is OAuth 2's name for the same; a registry gives one or both (distribution, "Token Authentication"). */
const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

type Headers = Readonly<Record<string, string>>;

/**
 * Answers a registry's challenge: fetches a token for reading one repository where `WWW-Authenticate: Bearer` says, with the
 * registry's credentials if there are any. A registry reached by https must not send us to fetch one in clear.
 */
export function bearerFor(
  ask: Ask,
  upstream: UpstreamOf<"registry">,
): (reply: HttpReply) => Promise<Headers | undefined> {
  return async (reply) => {
    const url = tokenAddress(reply, upstream);
    if (url === undefined) return undefined;
    const own = mayCarryCredentials(url) ? ask.credentials(new URL(upstream.base).host) : undefined;
    const answer = await ask.http.fetch(url, { maxBytes: 1_000_000, ...(own === undefined ? {} : { headers: own }) });
    return answer.status === 200 ? asHeaders(answer.body) : undefined;
  };
}

function tokenAddress(reply: HttpReply, upstream: UpstreamOf<"registry">): string | undefined {
  const challenge = readChallenge(reply.headers["www-authenticate"]);
  const realm = challenge?.["realm"];
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.protocol !== "https:" && upstream.base.startsWith("https:")) return undefined;
  const service = challenge?.["service"];
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", `repository:${upstream.repository}:pull`);
  return url.href;
}

function asHeaders(body: string): Headers | undefined {
  const given = parseJson(body, Token);
  const token = given?.token ?? given?.access_token;
  return token === undefined || /[\r\n]/.test(token) ? undefined : { authorization: `Bearer ${token}` };
}

/** The parameters of a Bearer challenge (RFC 6750, 3); undefined for another scheme. */
export function readChallenge(header: string | undefined): Readonly<Record<string, string>> | undefined {
  const found = /^\s*bearer\s+(.*)$/is.exec((header ?? "").slice(0, 4096));
  if (found === null) return undefined;
  const parameters = (found[1] ?? "").matchAll(/([a-z_]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi);
  return Object.fromEntries(
    [...parameters].map(([, name = "", quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? ""]),
  );
}
