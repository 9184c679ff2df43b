import { join } from "node:path";
import { messageOf, SystemError } from "../../../kernel/errors.ts";
import type { Taking } from "../../store-kind.ts";
import { digestOfLine } from "./line.ts";
import type { NamedValues } from "./values.ts";

export interface ReadValues extends NamedValues {
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
  GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
};

/** Reads values files from their repositories. One that is not reachable is a note, and no reason to have no backup. */
export async function readValues(named: readonly NamedValues[], taking: Taking): Promise<readonly ReadValues[]> {
  const groups = Map.groupBy(named, ({ repository, revision }) => `${repository} ${revision}`);
  const read: ReadValues[] = [];
  for (const group of groups.values()) read.push(...(await readGroup(group, taking)));
  return read;
}

async function readGroup(group: readonly NamedValues[], taking: Taking): Promise<readonly ReadValues[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { repository, revision } = first;
  if (!/^(?:https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/.test(repository) || revision.startsWith("-"))
    return group.map((one) => ({ ...one, note: "the repository is none that is read from here" }));
  if (taking.scratch === undefined)
    return group.map((one) => ({ ...one, note: "there is no folder to clone it into" }));
  const { scratch } = await taking.ports.scratch.make(taking.scratch, undefined);
  const folder = join(scratch.folder, "git");
  const git = (...args: readonly string[]): Promise<string> => gitSays(["-C", folder, ...args], taking);
  try {
    await gitSays(["init", "--quiet", "--bare", folder], taking);
    await git("fetch", "--quiet", "--depth=1", "--no-tags", repository, revision);
    const read: ReadValues[] = [];
    for (const one of group)
      read.push(
        await git("show", `FETCH_HEAD:${one.file}`).then(
          (text) => ({ ...one, text, sha256: digestOfLine(text) }),
          (thrown: unknown) => ({ ...one, note: wordsOf(thrown) }),
        ),
      );
    return read;
  } catch (thrown) {
    if (taking.signal.aborted) throw thrown;
    return group.map((one) => ({ ...one, note: wordsOf(thrown) }));
  } finally {
    await scratch.remove();
  }
}

function wordsOf(thrown: unknown): string {
  return messageOf(thrown).slice(0, 300);
}

async function gitSays(args: readonly string[], { ports, signal }: Taking): Promise<string> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(gitMs)]);
  const running = ports.programs.start({ program: "git", args, env: quiet, signal: ending });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of running.output) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  }
  const { status, errors } = await running.ended;
  if (status !== 0 || bytes > mostBytes)
    throw new SystemError(`git did not read it: ${errors.trim().split("\n").at(-1) ?? ""}`, "retry");
  return Buffer.concat(chunks).toString("utf8");
}
