import { InputError, SystemError } from "../../../kernel/errors.ts";
import { allOf } from "../../lines.ts";
import type { OwnProving } from "../../store-kind.ts";

/*
 * Git of this machine, on what was backed up.
 */

/** Nothing of this machine's own configuration, no questions, nothing tidied up behind. */
const quiet = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "gc.auto",
  GIT_CONFIG_VALUE_0: "0",
  GIT_CONFIG_KEY_1: "maintenance.auto",
  GIT_CONFIG_VALUE_1: "false",
};

/** What it makes need not last (git-config: core.fsync). */
const fleeting = { GIT_CONFIG_COUNT: "3", GIT_CONFIG_KEY_2: "core.fsync", GIT_CONFIG_VALUE_2: "none" };

export type GitLent = Pick<OwnProving, "ports" | "signal">;

export type Said =
  | { readonly kind: "said"; readonly text: string }
  /** `byMachine`: for want of room, memory or processes here, or because somebody killed it: nothing is told of what it read. */
  | { readonly kind: "refused"; readonly why: string; readonly byMachine: boolean };

interface Call {
  readonly input?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly env?: Readonly<Record<string, string>>;
  /** What it makes is thrown away soon. */
  readonly isFleeting?: boolean;
}

/** A Git that runs, and prints what is read piece by piece. */
export interface RunningGit {
  /** To be read to its end, or stopped. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Undefined: it ended well. Throws `InputError` where Git is not on this machine, `SystemError` when it was broken off. */
  ended(): Promise<Refused | undefined>;
  stop(): void;
}

export type Refused = Extract<Said, { readonly kind: "refused" }>;

export function startGit(
  args: readonly string[],
  { ports, signal }: GitLent,
  { input, env, isFleeting = false }: Call = {},
): RunningGit {
  const running = ports.programs.start({
    program: "git",
    args,
    env: { ...quiet, ...(isFleeting ? fleeting : {}), ...env },
    signal,
    ...(input === undefined ? {} : { input }),
  });
  return {
    output: running.output,
    stop: () => running.stop(),
    async ended() {
      const { status, errors } = await running.ended;
      if (signal.aborted) throw new SystemError("it was broken off", "stop");
      if (status === 0) return undefined;
      const why = errors.trim().slice(0, 300);
      if (status === null) return { kind: "refused", why: `git was killed ${why}`.trim(), byMachine: true };
      return { kind: "refused", why, byMachine: lacking.test(errors) };
    },
  };
}

/** What it prints at once. Throws as the end of `startGit`. */
export async function runGit(args: readonly string[], lent: GitLent, call: Call = {}): Promise<Said> {
  const git = startGit(args, lent, call);
  const printed = await allOf(git.output);
  return (await git.ended()) ?? { kind: "said", text: Buffer.concat(printed).toString("utf8") };
}

/** What Git and the system's library say (usage of strerror(3) in its messages; wrapper.c, thread-utils.c). */
const lacking =
  /No space left on device|Disk quota exceeded|Out of memory|memory exhausted|Cannot allocate memory|Too many open files|Resource temporarily unavailable|Read-only file system|Input\/output error|unable to create thread/i;

export const installGit = "Install git here (apt-get install git) and do it again.";

/** Its version, `2.39.5`; undefined: there is none on this machine. */
export async function gitHere(lent: GitLent): Promise<string | undefined> {
  try {
    const said = await runGit(["--version"], lent);
    return said.kind === "said" ? (/\d+(?:\.\d+)+/.exec(said.text)?.[0] ?? said.text.trim()) : undefined;
  } catch (thrown) {
    if (thrown instanceof InputError) return undefined;
    throw thrown;
  }
}
