import { join } from "node:path";
import type { ProgramCall, Running } from "../../../kernel/backup-ports.ts";
import { messageOf, SystemError } from "../../../kernel/errors.ts";
import type { KubeObject } from "../../../kernel/kube.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import type { Taking } from "../../store-kind.ts";
import { digestOfLine } from "./line.ts";
import type { NamedValues } from "./values.ts";
import { enter } from "./values-github-app.ts";
import { lend } from "./values-login-git.ts";
import { type Login, loginOf } from "./values-logins.ts";

export interface ReadValues extends Omit<NamedValues, "asking"> {
  readonly text?: string;
  readonly sha256?: string;
  readonly note?: string;
}

const gitMs = 120_000;
const mostBytes = 4_000_000;

/** Nothing of whoever runs this decides what Git does, and it asks nobody for a password. */
const quiet = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "true",
  // A server that falls silent: in bytes a second, for so many seconds.
  GIT_HTTP_LOW_SPEED_LIMIT: "1",
  GIT_HTTP_LOW_SPEED_TIME: "60",
  GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
};

/**
 * Reads values files from their repositories, with the logins that Argo CD has for them among the objects of the backup, or from their
 * declared mirrors. One that is not reachable is a note, and no reason to have no backup.
 */
export async function readValues(
  named: readonly NamedValues[],
  objects: readonly KubeObject[],
  mirrors: NonNullable<KubernetesStore["mirrors"]>,
  taking: Taking,
): Promise<readonly ReadValues[]> {
  const groups = Map.groupBy(named, ({ repository, revision, asking }) =>
    [repository, revision, asking.namespace, asking.project].join(" "),
  );
  const read: ReadValues[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const source = sourceOf(first, mirrors[first.repository], objects);
    const files = new Set(group.map(({ file }) => file));
    const found = typeof source === "string" ? source : await filesOf(source, files, taking);
    for (const { asking: _, ...one } of group) {
      const said = typeof found === "string" ? { note: found } : found.get(one.file);
      read.push({ ...one, ...said });
    }
  }
  return read;
}

type ReadFile = Pick<ReadValues, "text" | "sha256" | "note">;

/** Where a revision of a repository is read, and as whom. */
interface Source {
  readonly address: string;
  readonly revision: string;
  readonly login: Exclude<Login, { readonly kind: "unusable" }>;
}

/** Or why it is not read. A mirror is another host, which is shown no login that Argo CD has for the first. */
function sourceOf(
  { repository, revision, asking }: NamedValues,
  mirror: string | undefined,
  objects: readonly KubeObject[],
): Source | string {
  const address = mirror ?? (/^(?:https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/.test(repository) ? repository : undefined);
  if (address === undefined || revision.startsWith("-")) return "the repository is none that is read from here";
  const login: Login = mirror === undefined ? loginOf(repository, asking, objects) : { kind: "none" };
  if (login.kind === "unusable")
    return `Argo CD's login for it, in Secret ${login.secret}, ${login.why}, which is not done here`;
  return { address, revision, login };
}

/** What each file holds, or why none could be read. */
async function filesOf(
  source: Source,
  files: ReadonlySet<string>,
  taking: Taking,
): Promise<ReadonlyMap<string, ReadFile> | string> {
  if (taking.scratch === undefined) return "there is no folder to clone it into";
  const { scratch } = await taking.ports.scratch.make(taking.scratch, undefined);
  const folder = join(scratch.folder, "git");
  try {
    await fetched(folder, source, taking);
    const read = new Map<string, ReadFile>();
    for (const file of files) read.set(file, await fileOf(folder, file, taking));
    return read;
  } catch (thrown) {
    if (taking.signal.aborted) throw thrown;
    return `${wordsOf(thrown)}${source.login.kind === "none" ? "" : ` (with the login of Secret ${source.login.secret})`}`;
  } finally {
    await scratch.remove();
  }
}

async function fetched(
  folder: string,
  { address: written, revision, login: known }: Source,
  taking: Taking,
): Promise<void> {
  const login = known.kind === "app" ? await enter(known, written, taking) : known;
  const lent = login.kind === "none" ? {} : lend(login, written);
  // Whoever is named in the address was struck out of it; a login says who it is.
  const address = login.kind === "header" ? written.replace("//***@", "//") : written;
  await gitSays(["init", "--quiet", "--bare", folder], taking);
  await gitSays(["-C", folder, "fetch", "--quiet", "--depth=1", "--no-tags", address, revision], taking, lent);
}

async function fileOf(folder: string, file: string, taking: Taking): Promise<ReadFile> {
  try {
    const text = await gitSays(["-C", folder, "show", `FETCH_HEAD:${file}`], taking);
    return { text, sha256: digestOfLine(text) };
  } catch (thrown) {
    return { note: wordsOf(thrown) };
  }
}

function wordsOf(thrown: unknown): string {
  return messageOf(thrown).slice(0, 300);
}

async function gitSays(
  args: readonly string[],
  { ports, signal }: Taking,
  { env, ...secrets }: Partial<Pick<ProgramCall, "env" | "secret" | "secondSecret">> = {},
): Promise<string> {
  const late = AbortSignal.timeout(gitMs);
  const ending = AbortSignal.any([signal, late]);
  const running = ports.programs.start({ program: "git", args, env: { ...quiet, ...env }, ...secrets, signal: ending });
  const ended = printed(running);
  // What it started itself may hold on to its output for longer than it lives.
  const stopped = new Promise<undefined>((stop) => ending.addEventListener("abort", () => stop(undefined)));
  const said = await Promise.race([ended, stopped]);
  ended.catch(() => undefined); // after that nobody waits for it
  if (signal.aborted) throw signal.reason;
  if (said === undefined)
    throw new SystemError(`git did not read it: it took longer than ${gitMs / 1000} seconds`, "retry");
  if (said.why !== undefined) throw new SystemError(`git did not read it: ${said.why}`, "retry");
  return said.text;
}

async function printed({
  output,
  ended,
}: Running): Promise<{ readonly text: string; readonly why: string | undefined }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of output) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  }
  const { status, errors } = await ended;
  const tooLarge = bytes > mostBytes ? `it has more than ${mostBytes / 1e6} MB` : undefined;
  return { text: Buffer.concat(chunks).toString("utf8"), why: status === 0 ? tooLarge : whyIn(errors) };
}

/** Git's own words, or SSH's, without their advice. */
function whyIn(errors: string): string {
  const lines = errors.trim().split(/\r?\n/);
  const telling = /^ssh: |Permission denied|verification failed|^fatal: (?!Could not read from remote)/;
  return lines.find((line) => telling.test(line)) ?? lines.at(-1) ?? "";
}
