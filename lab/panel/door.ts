import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Account } from "../servers/login-service.ts";
import { html, page } from "./markup.ts";

/** Who may come in. */
export interface Door {
  /** Whoever has it may do everything that the panel can. */
  readonly token: string;
  readonly accounts: readonly Account[];
}

/** Why a request is not let in; undefined when it is. */
export function refusalOf({ token }: Door, asked: URL, { headers, method }: IncomingMessage) {
  const { host = "", origin } = headers;
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)) return { status: 421, error: "not my name" };
  if (method === "POST" && origin !== undefined && origin !== `http://${host}`)
    return { status: 403, error: "from another page" };
  if (!hasToken(token, asked, headers))
    return { status: 401, error: "the lab's token is missing; it stands in secrets/panel of the lab's folder" };
  return undefined;
}

/** Of the address's own parts it counts for messages alone, which come to an address that is secret as a whole, as chats hand them out. */
function hasToken(token: string, { pathname, searchParams }: URL, headers: IncomingMessage["headers"]): boolean {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
  const cookie = /(?:^|;\s*)lab=([^;]+)/.exec(headers.cookie ?? "")?.[1];
  const inAddress = pathname === "/notices" ? (searchParams.get("token") ?? undefined) : undefined;
  return [bearer, cookie, inAddress].some((given) => given !== undefined && isSame(given, token));
}

/** Lets in whoever knows a password of an account; false for any other. */
export function letIn({ token, accounts }: Door, given: string, response: ServerResponse): boolean {
  if (!accounts.some(({ password }) => isSame(given, password))) return false;
  response.writeHead(303, { location: "/", "set-cookie": `lab=${token}; HttpOnly; SameSite=Strict; Path=/` });
  response.end();
  return true;
}

/** What somebody sees who was not let in yet. */
export function doorPage(said: string | undefined): string {
  return page(
    "The lab",
    html`<h1>The lab</h1>
      <p class="quiet">Whoever has a login of the lab may see what is broken, and break more.</p>
      ${said === undefined ? "" : html`<p role="alert" class="bad"><b>${said}</b></p>`}
      <form class="row" method="post" action="/login">
        <label>Password <input type="password" name="password" autocomplete="current-password" required autofocus></label>
        <button>Log in</button></form>
      <p class="quiet">That of any login; they are on the terminal where the lab was started.</p>`,
  );
}

function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
