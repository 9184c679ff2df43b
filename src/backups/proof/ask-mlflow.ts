import { basename, delimiter, isAbsolute, join } from "node:path";
import { PassThrough } from "node:stream";
import * as z from "zod";
import type { BackupPorts, Database, Running } from "../../kernel/backup-ports.ts";
import { counted } from "../../kernel/count.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import type { Http, HttpReply } from "../../kernel/ports.ts";
import { barrierFor, type ServerUser } from "../../store/programs.ts";
import { linesOf } from "../lines.ts";
import { modelsListed } from "../restore/ask-application.ts";
import { quoteName, type RestoreTarget, runAs } from "./throw-away.ts";

/*
 * A restored database is also asked as MLflow's users ask: MLflow itself, where its program is at hand, opens the database and answers
 * its own route. It does so within one process that listens nowhere: what was restored is as secret as what is backed up, and an
 * address of the loopback is open to everybody on the machine.
 */

interface AskingMlflow {
  readonly ports: Pick<BackupPorts, "programs" | "files">;
  /** `$PATH`, on which `mlflow` may be. */
  readonly path: string;
  /** Whom it runs as; never root. */
  readonly user: ServerUser | undefined;
  /** A folder that user may enter; nothing is kept in it. */
  readonly home: string;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** `differs`: it lists other models than the rows name. `not-asked`: it is not at hand, or cannot serve this database. */
export interface MlflowSaid {
  readonly kind: "agrees" | "differs" | "not-asked";
  readonly words: string;
}

/** Longer than its start takes on a machine that does much else. */
const mostMillis = 300_000;

/**
 * Answers one path a line by MLflow's own application (mlflow.server.app, a Flask application in MLflow 1 to 3). The first line is
 * the database. The stores read where it is from the environment, by names that `mlflow server` itself sets.
 */
const driver = `
import json, os, sys
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
uri = sys.stdin.readline().strip()
os.environ["_MLFLOW_SERVER_FILE_STORE"] = uri
os.environ["_MLFLOW_SERVER_REGISTRY_STORE"] = uri
os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"] = "/nowhere"
from mlflow.server import app
from mlflow.version import VERSION
client = app.test_client()
def say(what):
    out.write(json.dumps(what) + "\\n")
    out.flush()
say({"version": VERSION})
for line in iter(sys.stdin.readline, ""):
    reply = client.get(line.strip())
    say({"status": reply.status_code, "body": reply.get_data(as_text=True)})
`;

/** Asks MLflow for the models of a database that holds its tables in a schema. Throws only when the proof is broken off. */
export async function askRestoredMlflow(
  { restorer, uri }: Pick<RestoreTarget, "restorer" | "uri">,
  schema: string,
  asking: AskingMlflow,
): Promise<MlflowSaid> {
  const python = await pythonOf(asking);
  if ("words" in python) return python;
  asking.progress("asking MLflow for its registered models");
  const mlflow = new Mlflow(python.file, asking);
  try {
    const version = await mlflow.open(`${uri}&options=${encodeURIComponent(settings(schema))}`);
    const listed = await modelsListed({ url: "http://mlflow", shown: undefined, http: mlflow });
    return compared(version, listed, await modelsIn(restorer, schema));
  } catch (thrown) {
    if (asking.signal.aborted) throw asking.signal.reason;
    if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
    return notAsked(mlflow.refusal === undefined ? messageOf(thrown) : `the one at hand refuses: ${mlflow.refusal}`);
  } finally {
    await mlflow.close();
  }
}

/** One of a later version would migrate what it opens; here it may only read. Words are parted by spaces (libpq, `options`). */
function settings(schema: string): string {
  return `-cdefault_transaction_read_only=on -csearch_path=${quoteName(schema).replace(/[\\ ]/g, "\\$&")}`;
}

const notAsked = (why: string): MlflowSaid => ({
  kind: "not-asked",
  words: `MLflow itself was not asked for its registered models: ${why}`,
});

function compared(version: string, listed: readonly string[], rows: readonly string[]): MlflowSaid {
  const differing = [...new Set(listed).symmetricDifference(new Set(rows))];
  const words = `MLflow ${version} lists ${counted(listed.length, "registered model")}`;
  if (differing.length === 0 && listed.length === rows.length) return { kind: "agrees", words };
  const shown = differing.slice(0, 10).join(", ");
  return { kind: "differs", words: `${words}, and there are rows of ${rows.length}; not in both: ${shown}` };
}

async function modelsIn(db: Database, schema: string): Promise<readonly string[]> {
  const rows = await db.query(`select name from ${quoteName(schema)}.registered_models`);
  return rows.map(({ name }) => String(name));
}

/** The Python that runs the first program `mlflow` of the path. */
async function pythonOf(asking: AskingMlflow): Promise<{ readonly file: string } | MlflowSaid> {
  const { ports, path, user } = asking;
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const program = join(folder, "mlflow");
    if ((await ports.files.look(program))?.kind !== "file") continue;
    const barrier = barrierFor(folder, user);
    if (barrier !== undefined) return notAsked(`${user?.name ?? ""} may not enter ${barrier}, where the program is`);
    const file = namedIn(await firstLine(ports.files.read(program)));
    return file === undefined ? notAsked(`${program} does not say which Python runs it`) : { file };
  }
  return notAsked("there is no program mlflow on the path here");
}

/** As pip writes it (`#!/opt/mlflow/bin/python3`), or by `env`. */
function namedIn(line: string): string | undefined {
  const [file = "", named = ""] = line.replace(/^#! */, "").split(" ");
  const python = basename(file) === "env" ? named : file;
  return line.startsWith("#!") && /^python[\d.]*$/.test(basename(python)) ? python : undefined;
}

async function firstLine(file: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const line of linesOf(file)) return line.trim();
  return "";
}

const Opened = z.object({ version: z.string() });
const Reply = z.object({ status: z.number(), body: z.string() });
const Refusal = z.object({ message: z.string() });

/** MLflow's application in a process of its own. A question and its answer are a line each. */
class Mlflow implements Http {
  readonly #questions = new PassThrough();
  readonly #running: Running;
  readonly #answers: AsyncIterator<string>;
  /** Its own words of what it last refused. */
  refusal: string | undefined;

  constructor(python: string, { ports, user, home, signal }: AskingMlflow) {
    this.#running = ports.programs.start({
      program: python,
      args: ["-c", driver],
      env: {
        ...(user === undefined ? {} : { HOME: home }),
        TMPDIR: home,
        PYTHONDONTWRITEBYTECODE: "1",
        MLFLOW_DISABLE_TELEMETRY: "true",
        DO_NOT_TRACK: "true",
      },
      input: this.#questions,
      user: runAs(user),
      signal: AbortSignal.any([signal, AbortSignal.timeout(mostMillis)]),
    });
    this.#answers = linesOf(this.#running.output)[Symbol.asyncIterator]();
  }

  /** Its version. */
  async open(uri: string): Promise<string> {
    return (await this.#ask(uri, Opened)).version;
  }

  async fetch(url: string): Promise<HttpReply> {
    const { pathname, search } = new URL(url);
    const { status, body } = await this.#ask(`${pathname}${search}`, Reply);
    if (status !== 200) this.refusal = Refusal.safeParse(jsonOr(body)).data?.message.split("\n")[0];
    return { status, headers: {}, body };
  }

  async close(): Promise<void> {
    this.#questions.end();
    this.#running.stop();
    await this.#running.ended.catch(() => undefined); // that it could not be started was told
  }

  async #ask<T>(question: string, answer: z.ZodType<T>): Promise<T> {
    this.#questions.write(`${question}\n`);
    const { value, done } = await this.#answers.next();
    if (done !== true) {
      const parsed = answer.safeParse(jsonOr(value));
      if (parsed.success) return parsed.data;
      throw new SystemError(`what it answers is none: ${value.slice(0, 300)}`, "stop");
    }
    const { status, signal, errors } = await this.#running.ended;
    const last = errors.trim().split("\n").at(-1) ?? "";
    throw new SystemError(`the one at hand ended with ${signal ?? status}: ${last.slice(0, 300)}`, "stop");
  }
}
