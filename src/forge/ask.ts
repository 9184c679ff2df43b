import type * as z from "zod";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { type Unknown, unknown } from "../kernel/fact.ts";
import type { Http, HttpReply } from "../kernel/ports.ts";

/** A forge, and a token that may read there. The token goes into a header and nowhere else. */
export interface ForgeAccess {
  readonly http: Http;
  /** Of its API, without a slash at the end. */
  readonly api: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `group/project`, `owner/repository`. */
  readonly project: string;
}

/** `missing`: 404, with the forge's own words, which may mean that the token must not know. */
type Answer<T> =
  | { readonly kind: "answer"; readonly value: T; readonly url: string; readonly next: string | undefined }
  | { readonly kind: "missing"; readonly url: string; readonly words: string }
  | Unknown;

/** Asks for one page. `right` says what the token needs when it is refused. */
export async function askForge<T>(
  { http, api, headers }: ForgeAccess,
  path: string,
  schema: z.ZodType<T>,
  right: string,
): Promise<Answer<T>> {
  const url = `${api}${path}`;
  if (!isPrivate(url))
    return unknown(
      `${api} is plain http: the token was not sent`,
      "write https in forge.url of the server's configuration",
    );
  try {
    const reply = await http.fetch(url, { headers, timeoutMs: 20_000, maxBytes: 5_000_000 });
    return read(reply, url, schema, right);
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    return unknown(messageOf(thrown), "ask again later");
  }
}

function read<T>(reply: HttpReply, url: string, schema: z.ZodType<T>, right: string): Answer<T> {
  switch (reply.status) {
    case 200:
      return parsed(reply, url, schema);
    case 401:
      return unknown(
        `${url} answered 401: the token is not valid`,
        "make a new token, and put it where forge.token says",
      );
    case 403:
      return unknown(`${url} answered 403: ${wordsOf(reply)}`, right);
    case 404:
      return { kind: "missing", url, words: wordsOf(reply) };
    default:
      return unknown(`${url} answered ${reply.status}`, "ask again later");
  }
}

function parsed<T>(reply: HttpReply, url: string, schema: z.ZodType<T>): Answer<T> {
  const result = schema.safeParse(jsonOf(reply.body));
  if (result.success) return { kind: "answer", value: result.data, url, next: reply.headers["x-next-page"] };
  const [issue] = result.error.issues;
  return unknown(
    `${url} answered what we do not understand: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    "check that forge.url and forge.kind of the server's configuration belong together",
  );
}

function wordsOf({ body }: HttpReply): string {
  const said = jsonOf(body);
  const words = typeof said === "object" && said !== null && "message" in said ? said.message : undefined;
  return typeof words === "string" ? words.slice(0, 200) : "no reason given";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** In clear only to this very machine. */
function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === "https:" || hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
