import { SystemError } from "../src/kernel/errors.ts";
import type { Lab } from "./lab.ts";
import { pause } from "./servers/children.ts";

/** How long the command line's tokens are valid; made anew when the lab is. */
const days = 365;

const rolesOf: Readonly<Record<string, string>> = { operator: "operator", approver: "approver", admin: "admin" };

/**
 * Tokens for the command line, one for each account, in `secrets/token-NAME`: the administrator logs in as a person does and has
 * them made. Each stands for a person of its own, so that an approval by another one is a second person's.
 */
export async function makeTokens(lab: Lab): Promise<void> {
  const api = `${lab.controlPlane.url}/api/v1`;
  const { browser, csrf } = await loggedIn(lab, `${api}/me`);
  for (const { id, name } of lab.accounts) {
    const body = JSON.stringify({ name: `lab ${id}`, roles: { "*": rolesOf[id] ?? "viewer" }, days, person: name });
    const headers = { "content-type": "application/json", "x-csrf-token": csrf };
    const { response } = await browser.visit(`${api}/tokens`, { method: "POST", headers, body });
    if (response.status !== 201)
      throw new SystemError(`no token for ${id}: ${response.status} ${await response.text()}`, "stop");
    lab.folder.keepSecret(`token-${id}`, ((await response.json()) as { readonly secret: string }).secret);
  }
}

/** The login service is asked within seconds, and this process starts three environments meanwhile: so it is tried again. */
async function loggedIn(lab: Lab, me: string): Promise<{ readonly browser: Browser; readonly csrf: string }> {
  const admin = lab.accounts.find(({ id }) => id === "admin");
  if (admin === undefined) throw new Error("the lab has no administrator");
  const form = new URLSearchParams({ user: admin.id, password: admin.password });
  for (let attempt = 1; ; attempt += 1) {
    const browser = new Browser();
    const asked = await browser.visit(`${lab.controlPlane.url}/auth/login`);
    if (asked.response.ok) await browser.visit(asked.url, { method: "POST", body: form });
    const { response } = await browser.visit(me);
    const csrf = response.headers.get("x-csrf-token");
    if (response.ok && csrf !== null) return { browser, csrf };
    if (attempt === 10)
      throw new SystemError(
        `the lab's administrator cannot log in: ${asked.response.status}, ${response.status}`,
        "stop",
      );
    await pause(1_000);
  }
}

/** Follows redirects and keeps cookies by origin, as browsers do. */
class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async visit(
    start: string,
    options: RequestInit = {},
  ): Promise<{ readonly response: Response; readonly url: string }> {
    let url = start;
    let request = options;
    for (let step = 0; step < 12; step += 1) {
      const response = await fetch(url, { ...request, redirect: "manual", headers: this.#headers(url, request) });
      this.#keep(url, response);
      const location = response.headers.get("location");
      if (location === null) return { response, url };
      url = new URL(location, url).href;
      request = {};
    }
    throw new SystemError(`${start} redirects without end`, "stop");
  }

  #headers(url: string, { headers }: RequestInit): Record<string, string> {
    const kept = [...(this.#cookies.get(new URL(url).origin) ?? [])].map(([name, value]) => `${name}=${value}`);
    return {
      ...(headers as Record<string, string> | undefined),
      ...(kept.length === 0 ? {} : { cookie: kept.join("; ") }),
    };
  }

  #keep(url: string, response: Response): void {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    this.#cookies.set(origin, jar);
  }
}
