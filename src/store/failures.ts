import { messageOf, SystemError } from "../kernel/errors.ts";

/** What PostgreSQL's own codes mean for whoever asked (postgresql.org/docs/15/errcodes-appendix.html). */
const answers: Readonly<Record<string, readonly [remedy: "retry" | "stop", message: string]>> = {
  "28000": ["stop", "the database refuses this user; check the user of the connection and pg_hba.conf"],
  "28P01": ["stop", "the database refuses the password; check the secret that holds the connection"],
  "3D000": ["stop", "the database does not exist on this server; create it, or correct the connection's path"],
  "25006": ["stop", "the database is open for reading only; nothing was written"],
  "53100": ["stop", "the database's disk is full; nothing was written. Make room, then repeat the action"],
  "53200": ["retry", "the database is out of memory"],
  "53300": ["retry", "the database has no connection left; raise max_connections or lower the pool sizes"],
  "55P03": ["retry", "the database could not get a lock in time"],
  "57014": ["retry", "the database took too long and the statement was cancelled"],
  "57P01": ["retry", "the database server was shut down during the work; nothing of it is kept"],
  "57P02": ["retry", "the database server crashed during the work"],
  "57P03": ["retry", "the database server is starting or stopping"],
  "25P03": ["retry", "the database ended a transaction that stood idle too long; nothing of it is kept"],
  "40001": ["retry", "two transactions got in each other's way; nothing of this one is kept"],
  "40P01": ["retry", "two transactions waited for each other; nothing of this one is kept"],
};

/** Node's codes for a server that does not answer. */
const away = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Messages of `pg` for a connection that is gone; they carry no code. */
const goneMessage =
  /connection terminated|timeout exceeded when trying to connect|not queryable|connection ended|socket hang up/i;

/** The code of a failure: PostgreSQL's five characters or Node's name; of the first failure with one, cause by cause. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  if (thrown instanceof AggregateError) return thrown.errors.map(codeOf).find((code) => code !== undefined);
  return codeOf(thrown.cause);
}

/**
 * What a failure of the database means. Failures of the statement itself (a constraint, a misspelt column) stay as they are,
 * for the capability that knows its tables; the rest becomes a `SystemError` without a word of the connection's text. When the
 * connection breaks under a statement nobody can tell whether it took effect: a commit may have been kept.
 */
export function explainFailure(thrown: unknown, during: "connect" | "statement"): unknown {
  if (thrown instanceof SystemError) return thrown;
  const code = codeOf(thrown) ?? "";
  const answer = answers[code];
  if (answer !== undefined) return new SystemError(`${answer[1]} (${code})`, answer[0], { cause: thrown });
  if (!away.has(code) && !code.startsWith("08") && !goneMessage.test(messageOf(thrown))) return thrown;
  const shown = code === "" ? messageOf(thrown) : code;
  const message =
    during === "connect"
      ? `the database does not answer (${shown}); nothing was done`
      : `the connection to the database broke (${shown}); look whether the last change was kept before you repeat it`;
  return new SystemError(message, "retry", { cause: thrown });
}

/** Whether a write was refused because a row with this key is there already; with `constraint`, by that one alone. */
export function isDuplicate(thrown: unknown, constraint?: string): boolean {
  if (codeOf(thrown) !== "23505") return false;
  return (
    constraint === undefined || (thrown instanceof Error && "constraint" in thrown && thrown.constraint === constraint)
  );
}

/** Whether the whole transaction may simply be run again. */
export function isCollision(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === "40001" || code === "40P01";
}
