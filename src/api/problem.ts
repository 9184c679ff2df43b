import type { Context } from "hono";
import { InputError, SystemError } from "../kernel/errors.ts";
import { codeOf } from "../store/failures.ts";

/** One field that is wrong. */
export interface Fault {
  /** `body.roles.staging`, `query.limit`. */
  readonly where: string;
  readonly problem: string;
}

/** An answer that is not what was asked for (RFC 9457): what happened, where, and what to do. */
export interface Problem {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 412 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly detail: string;
  readonly toDo: string;
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
}

const titles: Readonly<Record<Problem["status"], string>> = {
  400: "The request cannot be read",
  401: "Nobody is logged in",
  403: "Not allowed",
  404: "Not found",
  405: "Not possible here",
  408: "The request took too long to arrive",
  409: "The state does not allow it",
  412: "Changed by somebody else meanwhile",
  413: "Too large",
  415: "Not a type this can read",
  422: "The values make no sense",
  429: "Too many requests",
  500: "A fault of ours",
  503: "Not possible at the moment",
};

/** The reply for a problem. `instance` is the request's id: what to name when asking for help. */
export function reply(c: Context, problem: Problem): Response {
  const { status, detail, toDo, errors, headers } = problem;
  const body = {
    type: "about:blank",
    title: titles[status],
    status,
    detail,
    toDo,
    where: `${c.req.method} ${c.req.path}`,
    instance: `urn:uuid:${String(c.get("requestId"))}`,
    ...(errors === undefined ? {} : { errors }),
  };
  return c.body(JSON.stringify(body), status, {
    ...headers,
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
}

/** What a caller is told of something thrown. Our own bugs are told without a word of what went wrong inside. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof InputError)
    return { status: 422, detail: thrown.message, toDo: "Correct the request and send it again." };
  if (thrown instanceof SystemError) {
    const again = thrown.remedy === "retry";
    return {
      status: 503,
      detail: `${thrown.message}.`,
      toDo: again
        ? "Send it again in a while, with the same Idempotency-Key."
        : "Somebody who runs this server has to put that right first.",
      headers: again ? { "retry-after": "5" } : {},
    };
  }
  // Class 22: a value that PostgreSQL cannot hold (postgresql.org/docs/15/errcodes-appendix.html).
  if (codeOf(thrown)?.startsWith("22") === true)
    return {
      status: 422,
      detail: "A value is too large or of a form that cannot be kept; nothing was written.",
      toDo: "Correct the request and send it again.",
    };
  return {
    status: 500,
    detail: "Something went wrong inside of the server; nothing was written.",
    toDo: "Look for this instance in the server's log, and report it.",
  };
}
