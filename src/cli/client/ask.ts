import * as z from "zod";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { HttpReply } from "../../kernel/ports.ts";
import type { Shell } from "../shell.ts";
import type { Connection } from "./connection.ts";
import type { Request } from "./request.ts";

const Problem = z.object({
  title: z.string(),
  detail: z.string(),
  toDo: z.string(),
  instance: z.string().optional(),
  errors: z.array(z.object({ where: z.string(), problem: z.string() })).optional(),
});

/** Sends a call. Throws what the server says is wrong, in its words, as a mistake of the caller's or as its own trouble. */
export async function ask(shell: Shell, connection: Connection, request: Request): Promise<HttpReply> {
  const { method, path, body } = request;
  const reply = await shell.http.fetch(`${connection.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${connection.token}`,
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      // Sent again by an impatient network, the write is still done once.
      ...(method === "GET" ? {} : { "idempotency-key": shell.uniqueId() }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (reply.status < 400) return reply;
  throw refusal(connection, reply);
}

function refusal({ url }: Connection, reply: HttpReply): Error {
  const problem = Problem.safeParse(parsed(reply.body));
  if (!problem.success)
    return new SystemError(
      `${url} answers ${reply.status}, and not as Millwright does; is it the right address?`,
      "stop",
    );
  const { detail, toDo, instance, errors = [] } = problem.data;
  const list = errors.length < 2 ? "" : errors.map(({ where, problem: words }) => `\n  ${where}: ${words}`).join("");
  if (reply.status >= 500)
    return new SystemError(`${detail} ${toDo} (${instance ?? reply.status})`, reply.status === 503 ? "retry" : "stop");
  return new InputError(`${detail}${list}\n${toDo}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
