import { createPrivateKey, sign } from "node:crypto";
import * as z from "zod";
import { SystemError } from "../../../kernel/errors.ts";
import { jsonOr } from "../../../kernel/json.ts";
import type { Taking } from "../../store-kind.ts";
import { type AppLogin, basic, type HeaderLogin } from "./values-logins.ts";

/*
 * A GitHub App gets in by a token that lives an hour (docs.github.com, "Generating an installation access token for a GitHub App",
 * "Generating a JSON Web Token (JWT) for a GitHub App"; "REST API endpoints for GitHub Apps").
 */

const Token = z.object({ token: z.string().regex(/^[\x21-\x7e]+$/) });

const second = 1000;

/** Asks GitHub for a token that may only read; throws `SystemError` where it gives none. */
export async function enter(
  { appId, installation, privateKey, api, ...trust }: AppLogin,
  repository: string,
  { ports, clock }: Pick<Taking, "ports" | "clock">,
): Promise<HeaderLogin> {
  const { hostname, host } = new URL(api);
  // The certificates are for the repository's host, which is GitHub's own server or another name than its API's.
  const trusted = hostname === new URL(repository).hostname ? trust.trusted : undefined;
  const reply = await ports.openHttp(trusted).fetch(`${api}/app/installations/${installation}/access_tokens`, {
    method: "POST",
    headers: {
      accept: "application/vnd.github+json",
      "content-type": "application/json",
      authorization: `Bearer ${ticket(appId, privateKey, Date.parse(clock.now()))}`,
    },
    body: JSON.stringify({ permissions: { contents: "read" } }),
    redirects: "refuse",
  });
  const { data } = Token.safeParse(jsonOr(reply.body));
  if (reply.status !== 201 || data === undefined)
    throw new SystemError(`GitHub gave its App no token: ${host} answered ${reply.status}`, "retry");
  const { kind: _, ...rest } = trust;
  return { kind: "header", header: basic("x-access-token", data.token), ...rest };
}

/** Signed by the App's key. GitHub takes no longer than ten minutes, and wants the beginning to be a minute ago, for clocks that differ. */
function ticket(appId: string, privateKey: string, now: number): string {
  const at = Math.floor(now / second);
  const claims = { iat: at - 60, exp: at + 540, iss: appId };
  const text = [{ alg: "RS256", typ: "JWT" }, claims].map(encoded).join(".");
  try {
    return `${text}.${sign("sha256", Buffer.from(text), createPrivateKey(privateKey)).toString("base64url")}`;
  } catch {
    // What it threw may show of the key.
    throw new SystemError("the key of its GitHub App is none", "stop");
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
