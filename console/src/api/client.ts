import createClient from "openapi-fetch";
import { heard, lost } from "../state/connection.ts";
import { notReached, problemFrom } from "./problem.ts";

const client = createClient({ baseUrl: "/api/v1", credentials: "same-origin" });

/** A reply with what its headers say: the command that asks the same, the version, when it came. */
export interface Answer<T> {
  readonly value: T;
  readonly cli: string | undefined;
  readonly etag: string | undefined;
  readonly at: number;
}

export interface CallInput {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** The proof that a write came from a page of ours; the server sends it along with each answer to a login. */
let csrfToken: string | undefined;
let onLoggedOut: () => void = () => undefined;

/** Told whenever the server says that nobody is logged in. */
export function whenLoggedOut(listener: () => void): void {
  onLoggedOut = listener;
}

/** Calls a route. Throws `CallError` for every answer that is not the one asked for. */
export async function call<T>(
  method: string,
  path: string,
  input: CallInput,
  more: { readonly signal?: AbortSignal | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer<T>> {
  const headers = { ...more.headers, ...proof(method) };
  const asked = { params: { path: input.path, query: input.query }, body: input.body, headers, signal: more.signal };
  const { data, error, response } = await client
    // The types were checked where the call was written: see types.ts.
    .request(method as never, path as never, asked as never)
    .catch((thrown: unknown) => {
      if (more.signal?.aborted === true) throw thrown;
      lost();
      throw notReached(thrown);
    });
  hear(path, response);
  const cli = response.headers.get("x-millwright-cli") ?? undefined;
  if (!response.ok) throw problemFrom(response.status, error, `${method.toUpperCase()} ${path}`, cli);
  return {
    value: data as T,
    cli,
    etag: response.headers.get("etag") ?? undefined,
    at: Date.now(),
  };
}

function proof(method: string): Readonly<Record<string, string>> {
  return method === "get" || csrfToken === undefined ? {} : { "x-csrf-token": csrfToken };
}

/** What any answer tells besides itself: that the server is there, or only a proxy before it; whether somebody is logged in. */
function hear(path: string, { status, headers }: Response): void {
  if (status >= 502) lost();
  else heard(Date.now());
  csrfToken = headers.get("x-csrf-token") ?? csrfToken;
  // Who asks who is logged in learns it from the answer itself.
  if (status === 401 && path !== "/me") onLoggedOut();
}

/** Opens a session with an API token; the token itself is kept nowhere. */
export async function logInWithToken(token: string): Promise<void> {
  await auth("session", { authorization: `Bearer ${token}` });
}

export async function logOut(): Promise<void> {
  await auth("logout", csrfToken === undefined ? {} : { "x-csrf-token": csrfToken });
  csrfToken = undefined;
}

/** Whether there is a login service to be sent to. */
export async function loginWays(): Promise<{ readonly service: boolean }> {
  const response = await fetch("/auth/ways").catch((thrown: unknown) => {
    throw notReached(thrown);
  });
  return response.ok ? ((await response.json()) as { readonly service: boolean }) : { service: false };
}

async function auth(what: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`/auth/${what}`, { method: "POST", headers, credentials: "same-origin" }).catch(
    (thrown: unknown) => {
      throw notReached(thrown);
    },
  );
  if (response.ok) return;
  const body: unknown = await response.json().catch(() => undefined);
  throw problemFrom(response.status, body, `POST /auth/${what}`);
}
