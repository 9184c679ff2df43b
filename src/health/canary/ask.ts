import type { ZodType } from "zod";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import type { HttpReply } from "../../kernel/ports.ts";
import type { CanaryApi } from "./ports.ts";

export interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Sent as JSON; a text goes as it is. */
  readonly body?: unknown;
}

/** What was asked for is not there, or a name is taken: answers that a journey goes on with. */
type Expected = 404 | 400;

/**
 * Asks, and gives the answer's body. `undefined` for a status that the caller expects. A refusal is an `InputError`, since
 * somebody has to change the token or the canary; whatever says neither yes nor no is a `SystemError`, after which a write may
 * have landed or not.
 */
export async function ask(
  api: CanaryApi,
  question: Question,
  expected: readonly Expected[] = [],
): Promise<string | undefined> {
  const reply = await api.fetch(question.path, { method: question.method ?? "GET", ...sent(question.body) });
  if (reply.status >= 200 && reply.status < 300) return reply.body;
  if (expected.some((one) => one === reply.status)) return undefined;
  throw refusal(api, question, reply);
}

function sent(body: unknown): { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } {
  if (body === undefined) return {};
  return typeof body === "string"
    ? { body, headers: { "content-type": "text/plain" } }
    : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

/** Client errors that say nothing of what was asked for. */
const passing: readonly number[] = [408, 425, 429];

function refusal(api: CanaryApi, { method = "GET", path }: Question, { status, body }: HttpReply): Error {
  const said = `${api.name} answers ${status} to ${method} ${path}: ${words(body)}`;
  if (status < 400) return new SystemError(said, "stop");
  if (status >= 500 || passing.includes(status)) return new SystemError(said, "retry");
  return new InputError(`${said}. ${[409, 413, 422].includes(status) ? "See what it says." : rights}`);
}

const rights = "The canary's token must be that of its group, role Owner, with the scopes api and write_repository.";

/** The answer's body as what it has to be. An answer of another form proves nothing. */
export function read<T>(api: CanaryApi, what: string, body: string | undefined, schema: ZodType<T>): T {
  const parsed = schema.safeParse(jsonOr(body ?? ""));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SystemError(
    `${api.name} answers with what is no ${what} (${issue?.path.join(".") || "as a whole"}: ${issue?.message ?? "unreadable"}): ${words(body ?? "")}`,
    "retry",
  );
}

function words(body: string): string {
  const line = body.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line === "" ? "nothing" : line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
