/** What the server says when it says no (RFC 9457); see src/api/problem.ts of the server. */
interface ProblemBody {
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly toDo?: string;
  readonly where?: string;
  readonly instance?: string;
  readonly errors?: readonly { readonly where: string; readonly problem: string }[];
}

/** Why a call did not answer. `status` 0: the server was not reached. */
export class CallError extends Error {
  readonly status: number;
  readonly title: string;
  readonly toDo: string;
  readonly where: string | undefined;
  readonly instance: string | undefined;
  readonly errors: readonly { readonly where: string; readonly problem: string }[];
  /** The command line that asks the same; undefined where the server was not reached. */
  readonly cli: string | undefined;

  constructor(status: number, body: ProblemBody, options?: ErrorOptions & { readonly cli?: string | undefined }) {
    super(body.detail ?? "The server said nothing more.", options);
    this.status = status;
    this.title = body.title ?? `The server answered ${status}`;
    this.toDo = body.toDo ?? "Try again; if it stays, look into the server's log.";
    this.where = body.where;
    this.instance = body.instance;
    this.errors = body.errors ?? [];
    this.cli = options?.cli;
  }

  /** Worth another try without anything being changed. */
  get passing(): boolean {
    return (
      this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504
    );
  }

  /** The role that is missing, and where, as the server names it; nowhere: in the platform as a whole. */
  get missingRole(): { readonly role: string; readonly environment: string | undefined } | undefined {
    if (this.status !== 403) return undefined;
    const [, role, environment] = /needs the role (\w+)(?: in ([\w-]+)\.)?/.exec(this.message) ?? [];
    return role === undefined ? undefined : { role, environment };
  }
}

export function notReached(thrown: unknown): CallError {
  return new CallError(
    0,
    {
      title: "The server does not answer",
      detail: "This page could not reach the server.",
      toDo: "It is tried again by itself. If it stays, see whether the server runs: millwright status",
    },
    { cause: thrown },
  );
}

/** An answer that is not ours, a proxy's page say, still becomes a problem that can be shown. */
export function problemFrom(status: number, body: unknown, where: string, cli?: string): CallError {
  const ours = typeof body === "object" && body !== null && "detail" in body;
  if (ours) {
    const said = body as ProblemBody;
    return isMistyped(status, said) ? mistyped(said) : new CallError(status, said, { cli });
  }
  return new CallError(status, {
    detail: `Something between this page and the server answered ${status} in the server's place.`,
    toDo: "See whether the server runs (millwright status), then the proxy before it.",
    where,
  });
}

/** What stands in the address of a page cannot be the name of anything. */
function isMistyped(status: number, { errors = [] }: ProblemBody): boolean {
  return status === 400 && errors.length > 0 && errors.every(({ where }) => where.startsWith("params."));
}

function mistyped({ errors = [], ...rest }: ProblemBody): CallError {
  const wanted = errors.map(({ where, problem }) => `${where.replace("params.", "")} is ${problem}`).join("; ");
  return new CallError(404, {
    ...rest,
    title: "There is no such thing",
    detail: `The address leads nowhere: ${wanted}.`,
    toDo: "See whether the address was cut or mistyped, or find it in its list.",
  });
}
