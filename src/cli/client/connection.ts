import { join } from "node:path";
import { InputError } from "../../kernel/errors.ts";
import type { Shell } from "../shell.ts";

/** Which server is asked, and as whom. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
}

const usualUrl = "http://127.0.0.1:8420";
/** Where `millwright serve` writes the first administrator's token, seen from where it was started. */
const firstToken = join("millwright-data", "admin-token");

/**
 * The server of `MILLWRIGHT_URL`, and the token of `MILLWRIGHT_TOKEN`, of the file that `MILLWRIGHT_TOKEN_FILE` names, or of a
 * server started in this folder. Throws `InputError` that says what to set.
 */
export async function connectionOf(shell: Shell): Promise<Connection> {
  const url = (shell.variable("MILLWRIGHT_URL") ?? usualUrl).replace(/\/+$/, "");
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new InputError("MILLWRIGHT_URL is no http(s) address. It should read https://millwright.example.org");
  const token = await tokenOf(shell);
  if (parsed.protocol === "http:" && !/^(?:127\.|localhost$|\[::1\]$)/.test(parsed.hostname))
    throw new InputError(
      `${parsed.origin} is not encrypted: everybody on the way could read the token. Use https, or a tunnel to the loopback.`,
    );
  return { url, token };
}

async function tokenOf(shell: Shell): Promise<string> {
  const given = shell.variable("MILLWRIGHT_TOKEN");
  if (given !== undefined && given.trim() !== "") return checked(given, "MILLWRIGHT_TOKEN");
  const named = shell.variable("MILLWRIGHT_TOKEN_FILE");
  const file = named ?? firstToken;
  const text = await shell.readPrivate(join(file.startsWith("/") ? "" : shell.cwd, file));
  if (text !== undefined) return checked(text, file);
  throw new InputError(
    named === undefined
      ? "No token: set MILLWRIGHT_TOKEN, or MILLWRIGHT_TOKEN_FILE to a file with it. The first start of `millwright serve` says where it wrote one."
      : `MILLWRIGHT_TOKEN_FILE names ${named}, and there is no such file.`,
  );
}

/** What is not a token is not sent anywhere, and not shown. */
function checked(text: string, place: string): string {
  const token = text.trim();
  if (/^mw_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/.test(token)) return token;
  throw new InputError(`What ${place} holds is no token of Millwright (mw_…).`);
}
