import { randomBytes } from "node:crypto";
import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { SystemError } from "../../../kernel/errors.ts";
import type { KubeStream } from "../../../kernel/kube.ts";
import { linesOf } from "../../lines.ts";
import { type Pod, saidBy } from "../pod.ts";

/** Whom and what programs in a pod connect to: by the pod's own socket or its `PGHOST`. */
export interface PodDatabase {
  readonly pod: Pod;
  readonly database: string;
  readonly user: string;
  /** The server asks for a password, and the container's own environment has it. */
  readonly asksPassword: boolean;
}

/** Looks whether the pod's rules let the user in as it is; most do by the socket. */
export async function podDatabase(where: Omit<PodDatabase, "asksPassword">, signal: AbortSignal): Promise<PodDatabase> {
  const plain = { ...where, asksPassword: false };
  try {
    await saidBy(where.pod, podCommand("psql", ["--no-psqlrc", "--command=select 1"], plain), { signal });
    return plain;
  } catch (thrown) {
    const isAsked = thrown instanceof SystemError && /password/i.test(thrown.message) && !signal.aborted;
    if (!isAsked) throw thrown;
    return { ...where, asksPassword: true };
  }
}

/**
 * PostgreSQL's programs in a pod. No password goes there: where one is asked for, that of the container's own environment is used, as
 * the images of PostgreSQL and Bitnami name it; that alone takes a shell.
 */
export function podCommand(
  program: string,
  args: readonly string[],
  { database, user, asksPassword }: PodDatabase,
): readonly string[] {
  const whole = [program, ...args, "--no-password", `--username=${user}`, `--dbname=${database}`];
  return asksPassword ? ["sh", "-c", withOwnPassword, ...whole] : whole;
}

const withOwnPassword = `
secret() {
  eval "value=\\\${$1:-}; file=\\\${$1_FILE:-}"
  if [ -n "$value" ]; then PGPASSWORD=$value; elif [ -r "$file" ]; then PGPASSWORD=$(cat "$file"); else return 1; fi
  export PGPASSWORD
}
if [ -z "\${PGPASSWORD:-}\${PGPASSFILE:-}" ]; then
  case " $* " in *" --username=postgres "*) secret POSTGRES_POSTGRES_PASSWORD || secret POSTGRES_PASSWORD;; *) secret POSTGRES_PASSWORD || secret POSTGRESQL_PASSWORD;; esac
fi
exec "$0" "$@"`;

/** Often enough that no one on the way takes the connection for idle. */
const idleMs = 60_000;
const longestAnswer = 64_000_000;

/**
 * One long session of psql in the pod: statements go by its input, rows come back as a line of JSON each, and behind every
 * statement a mark with its SQLSTATE (psql 11 and newer). A cut connection throws `SystemError`.
 */
export async function connectInPod(where: PodDatabase, signal: AbortSignal): Promise<SourceDatabase> {
  const input = new Statements();
  const args = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"];
  const stream = await where.pod.start(podCommand("psql", args, where), { stdin: input, endsByItself: true, signal });
  const session = new Session(where, stream, input);
  try {
    await session.begin();
  } catch (thrown) {
    stream.stop();
    throw thrown;
  }
  return session;
}

class Session implements SourceDatabase {
  readonly #where: PodDatabase;
  readonly #stream: KubeStream;
  readonly #input: Statements;
  readonly #lines: AsyncIterator<string>;
  readonly #mark = `millwright-${randomBytes(12).toString("hex")}`;
  readonly #wake: NodeJS.Timeout;
  #backend = "";
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;
  #isClosed = false;

  constructor(where: PodDatabase, stream: KubeStream, input: Statements) {
    this.#where = where;
    this.#stream = stream;
    this.#input = input;
    this.#lines = linesOf(stream.output);
    this.#wake = setInterval(() => input.write("\n"), idleMs);
    this.#wake.unref();
  }

  async begin(): Promise<void> {
    await this.query("set application_name = 'millwright backup'");
    this.#backend = String((await this.query("select pg_catalog.pg_backend_pid()::text as pid"))[0]?.["pid"]);
  }

  /** One at a time, in the order they were asked. */
  query(sql: string): ReturnType<SourceDatabase["query"]> {
    this.#open += 1;
    const answer = this.#last
      .then(() => this.#ask(sql))
      .finally(() => {
        this.#open -= 1;
      });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask(sql: string): ReturnType<SourceDatabase["query"]> {
    if (this.#isClosed) throw new SystemError("the connection to the database was closed", "stop");
    const isQuestion = /^\s*(?:select|with|table|values)\b/i.test(sql);
    const asked = isQuestion ? `select pg_catalog.to_jsonb(q)::text from (${sql}\n) q` : sql;
    const [begin, end] = [`${this.#mark} `, `${this.#mark}.`];
    this.#input.write(`${asked}\n;\n\\echo ${begin}:SQLSTATE\n\\echo :LAST_ERROR_MESSAGE\n\\echo ${end}\n`);
    const lines = await this.#until(end);
    const at = lines.findIndex((line) => line.startsWith(begin));
    const state = lines[at]?.slice(begin.length) ?? "";
    if (state === ":SQLSTATE")
      throw new SystemError(`psql in ${this.#where.pod.label} is older than 11, which tells no SQLSTATE`, "stop");
    if (!/^0[0-2]/.test(state)) throw refused(state, lines.slice(at + 1).join(" "));
    return isQuestion ? lines.slice(0, at).map(rowOf) : [];
  }

  async #until(end: string): Promise<readonly string[]> {
    const lines: string[] = [];
    let length = 0;
    for (let line = await this.#line(); line !== end; line = await this.#line()) {
      length += line.length;
      if (length > longestAnswer) throw new SystemError("the database answers more than is read", "stop");
      if (line !== "") lines.push(line);
    }
    return lines;
  }

  async #line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done !== true) return next.value;
    const { exitCode, stderr } = await this.#stream.ended;
    throw new SystemError(
      `the connection to the database in ${this.#where.pod.label} was lost: psql ended (${exitCode}): ${stderr.trim().slice(0, 300)}`,
      "retry",
    );
  }

  /** A statement under way would go on in the server, and keep its locks, though nobody hears the answer. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#wake);
    if (this.#open > 0) {
      await this.#terminate();
      this.#stream.stop();
    } else this.#input.write("\\q\n");
    this.#input.end();
    for (;;) if ((await this.#lines.next().catch(() => ({ done: true }))).done === true) break;
    await this.#stream.ended.catch(() => undefined);
  }

  async #terminate(): Promise<void> {
    if (!/^\d+$/.test(this.#backend)) return;
    const args = ["--no-psqlrc", "--quiet", `--command=select pg_catalog.pg_terminate_backend(${this.#backend})`];
    const signal = AbortSignal.timeout(10_000);
    // What cannot be ended so ends with the statement.
    await saidBy(this.#where.pod, podCommand("psql", args, this.#where), { signal }).catch(() => undefined);
  }
}

/** Classes 40 (rolled back), 53 (no resources), 55 (not now: a lock) and 57P (shut down) may go away by themselves. */
function refused(state: string, words: string): SystemError {
  const remedy = /^(?:40|53|55|57P)/.test(state) ? "retry" : "stop";
  return new SystemError(`the database refused: ${words} (${state})`, remedy);
}

/** Numbers that JavaScript cannot hold stay text, as PostgreSQL's own driver gives them. */
function rowOf(line: string): Readonly<Record<string, unknown>> {
  const kept = (_: string, value: unknown, { source }: { readonly source?: string } = {}): unknown =>
    typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? source
      : value;
  return JSON.parse(line, kept) as Readonly<Record<string, unknown>>;
}

/** What psql reads, as it comes. */
class Statements implements AsyncIterable<Uint8Array> {
  readonly #waiting: Buffer[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;

  write(text: string): void {
    this.#waiting.push(Buffer.from(text));
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#isOver) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
