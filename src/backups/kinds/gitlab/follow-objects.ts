import { type GitLent, type Refused, type RunningGit, startGit } from "./git-program.ts";

/*
 * All that refs lead to, as a fetch would look (`rev-list --objects`: it ends at the first object that is not there, also where a filter
 * leaves that out of what it prints), with small files read on the way: one more start of Git, whose pipe is filled as it is emptied.
 * Nothing of it is held. Git before 2.32 knows no filter by type and prints folders too, which are passed over (git-rev-list(1), --filter).
 */

/** A file of a repository. */
export interface SmallFile {
  /** The first at which Git saw it. */
  readonly path: string;
  readonly content: Uint8Array;
}

interface Following {
  /** `--all`, or `--stdin` with ids in `input`, one on a line. */
  readonly from: "--all" | "--stdin";
  readonly input?: Uint8Array;
  readonly env: Readonly<Record<string, string>>;
  /** Of this machine's Git: `2.39.5`. */
  readonly version: string;
  /** In bytes. */
  readonly sizes: { readonly from: number; readonly below: number };
  readonly see: (file: SmallFile) => void;
}

/** Undefined: everything is there, and each file of these sizes was seen. */
export async function followObjects(following: Following, lent: GitLent): Promise<Refused | undefined> {
  const { from, input, env, sizes, see } = following;
  const args = ["rev-list", "--objects", ...filtersOf(following), from];
  const led = startGit(args, lent, { env, ...(input === undefined ? {} : { input }) });
  const running = [led];
  try {
    const named = withPath(led.output);
    const first = await named.next();
    if (first.done !== true) {
      const format = "--batch=%(objecttype) %(objectsize) %(rest)";
      const read = startGit(["cat-file", "--buffer", format], lent, { env, input: behind(first.value, named) });
      running.unshift(read);
      for await (const file of filesIn(read.output, sizes)) see(file);
    }
  } catch (thrown) {
    for (const git of running) git.stop();
    throw thrown;
  }
  return endOf(running);
}

function filtersOf({ version, sizes }: Following): readonly string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const byType = major > 2 || (major === 2 && minor >= 32) ? ["--filter=object:type=blob"] : [];
  return [`--filter=blob:limit=${sizes.below}`, ...byType];
}

/** From the last one back: what broke first is what the others broke at. */
async function endOf(running: readonly RunningGit[]): Promise<Refused | undefined> {
  let refused: Refused | undefined;
  for (const git of running) {
    if (refused !== undefined) git.stop();
    const end = await git.ended();
    refused ??= end;
  }
  return refused;
}

/** Commits have no path, and the folder of a commit an empty one: neither is a file. */
async function* withPath(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const lines of pieces(stream)) yield* joined(lines.filter((line) => /^[^ ]+ ./.test(line)));
}

async function* behind(first: Uint8Array, more: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* more;
}

function* joined(lines: readonly string[]): Generator<Uint8Array> {
  if (lines.length > 0) yield Buffer.from(`${lines.join("\n")}\n`, "latin1");
}

/** Whole lines, as many as come at once; bytes stay as they are, as names of files are in no encoding. */
async function* pieces(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let open: string[] = [];
  for await (const chunk of stream) {
    const [first = "", ...more] = Buffer.from(chunk).toString("latin1").split("\n");
    open.push(first);
    const last = more.pop();
    if (last === undefined) continue;
    yield [open.join(""), ...more];
    open = [last];
  }
}

/** As `cat-file --batch` writes them: a line, the object, a line's end. */
async function* filesIn(stream: AsyncIterable<Uint8Array>, sizes: Following["sizes"]): AsyncGenerator<SmallFile> {
  let held = Buffer.alloc(0);
  let passing = 0;
  for await (const chunk of stream) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const passed = Math.min(passing, held.length);
      passing -= passed;
      held = held.subarray(passed);
      const head = passing > 0 ? undefined : headIn(held, sizes);
      if (head === undefined) break;
      const end = head.begin + head.size;
      if (head.isFile) {
        if (held.length < end) break;
        yield { path: head.path, content: held.subarray(head.begin, end) };
      }
      passing = end + 1;
    }
  }
}

/** Undefined: its line has not come whole. */
function headIn(held: Buffer, { from, below }: Following["sizes"]) {
  const begin = held.indexOf(10) + 1;
  if (begin === 0) return undefined;
  const [, type, digits, path = ""] = /^([a-z]+) (\d+) (.*)$/s.exec(held.toString("utf8", 0, begin - 1)) ?? [];
  // Behind a line that names no object stands nothing, not even a line's end.
  const size = Number(digits ?? -1);
  return { path, begin, size, isFile: type === "blob" && size >= from && size < below };
}
