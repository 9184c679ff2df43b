import { SystemError } from "../../../kernel/errors.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import { oneChunk } from "../../parts.ts";
import { linesOf } from "../objects/lines.ts";
import { findPod, type Pod, printedBy, saidBy } from "../pod.ts";
import { type Refs, readRef } from "./bundle-head.ts";

export type Gitaly = NonNullable<GitlabStore["gitaly"]>;

/** Repositories below a storage of Gitaly's, by Git in its pod. */
export class GitalyStorage {
  readonly #pod: Pod;
  readonly #root: string;
  readonly #git: readonly string[];
  readonly #signal: AbortSignal;

  constructor(pod: Pod, { path, git }: Pick<Gitaly, "path" | "git">, signal: AbortSignal) {
    this.#pod = pod;
    this.#root = path.replace(/\/+$/, "");
    this.#git = git;
    this.#signal = signal;
  }

  static async open(gitaly: Gitaly, cluster: KubeWriter, signal: AbortSignal): Promise<GitalyStorage> {
    return new GitalyStorage(await findPod(gitaly.pod, cluster), gitaly, signal);
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** The absolute path of a repository, in the pod. */
  at(name: string): string {
    return `${this.#root}/${name}`;
  }

  /** Git in a repository: the command. */
  git(name: string, args: readonly string[]): readonly string[] {
    return [...this.#git, "-C", this.at(name), ...args];
  }

  /**
   * Names below the storage (doc/administration/repository_storage_paths.md: `@hashed/…/….git`, behind Praefect `@cluster/repositories`).
   * Pools are left out: what forks share is in each fork's own bundle.
   */
  async repositories(): Promise<readonly string[]> {
    const one = ["-type", "d", "(", "-name", "*.git", "-o", "-path", "*/@cluster/repositories/??/??/*", ")"];
    const aside = [
      "(",
      "-path",
      "*/+gitaly",
      "-o",
      "-path",
      "*/@pools",
      "-o",
      "-path",
      "*/@cluster/pools",
      ")",
      "-prune",
    ];
    const found: string[] = [];
    for await (const line of linesOf(this.#say(["find", this.#root, ...aside, "-o", ...one, "-prune", "-print"]))) {
      if (!line.startsWith(`${this.#root}/`))
        throw new SystemError(
          `find in ${this.#pod.label} names ${JSON.stringify(line)}, which is no repository`,
          "stop",
        );
      found.push(line.slice(this.#root.length + 1));
    }
    if (found.length === 0)
      throw new SystemError(
        `there is no repository below ${this.#root} in ${this.#pod.label}: is it Gitaly's storage?`,
        "stop",
      );
    return found.toSorted();
  }

  /** Undefined: it is gone. */
  async refs(name: string): Promise<{ readonly all: Refs; readonly head: { readonly head?: string } } | undefined> {
    const all = new Map<string, string>();
    let head: string | undefined;
    return this.unlessGone(name, async () => {
      const format = "--format=%(objectname) %(refname) %(HEAD)";
      for await (const line of linesOf(this.call(name, ["for-each-ref", format]))) {
        const ref = readRef(line);
        if (ref === undefined) continue;
        all.set(...ref);
        if (line.endsWith("*")) head = ref[0];
      }
      return { all, head: head === undefined ? {} : { head } };
    });
  }

  call(name: string, args: readonly string[]): AsyncGenerator<Uint8Array> {
    return this.#say(this.git(name, args));
  }

  #say(command: readonly string[]): AsyncGenerator<Uint8Array> {
    return printedBy(this.#pod, command, { signal: this.#signal });
  }

  /** A repository that was deleted meanwhile is no failure. */
  async unlessGone<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || this.#signal.aborted) throw thrown;
      const parent = `${this.#root}/${name.split("/").slice(0, -1).join("/")}`;
      const args = ["find", parent, "-maxdepth", "1", "-name", name.split("/").at(-1) ?? "", "-print"];
      const found = await saidBy(this.#pod, args).catch(() => name);
      if (found.trim() !== "") throw thrown;
      return undefined;
    }
  }

  /** An empty bare repository. */
  async make(name: string): Promise<void> {
    const [program = "git", ...args] = this.#git;
    await saidBy(this.#pod, [program, ...args, "init", "--quiet", "--bare", this.at(name)], { signal: this.#signal });
  }

  /** Git reads no further than the pack says that it goes; one that is damaged leaves nothing. */
  async takePack(name: string, stdin: AsyncIterable<Uint8Array>): Promise<void> {
    const command = this.git(name, ["index-pack", "--stdin", "--fix-thin"]);
    await saidBy(this.#pod, command, { stdin, endsByItself: true, signal: this.#signal });
  }

  /**
   * Sets all refs in one transaction: those wanted, and none beside them but those that keep `old` commits. Git makes no `a/b` in the
   * transaction in which `a` goes: refs that are in the way of others go in one before. Refused where one was pushed to since it was
   * read.
   */
  async setRefs(name: string, wanted: Refs, old: readonly string[]): Promise<void> {
    const now = (await this.refs(name))?.all ?? new Map<string, string>();
    const kept = new Map(old.map((id) => [`refs/keep-around/${id}`, id]));
    const goes = new Map([...now].filter(([ref]) => !wanted.has(ref) && !ref.startsWith("refs/keep-around/")));
    const first = inTheWay(goes, wanted);
    const deleted = (isFirst: boolean): readonly string[] =>
      [...goes].flatMap(([ref, id]) => (first.has(ref) === isFirst ? [`delete ${ref} ${id}`] : []));
    const made = (refs: Refs): readonly string[] =>
      [...refs].flatMap(([ref, id]) => {
        const is = now.get(ref);
        if (is === id) return [];
        return is === undefined ? [`create ${ref} ${id}`] : [`update ${ref} ${id} ${is}`];
      });
    if (first.size === 0) return this.#inOneTransaction(name, [...deleted(false), ...made(kept), ...made(wanted)]);
    await this.#inOneTransaction(name, [...deleted(true), ...made(kept)]);
    await this.#inOneTransaction(name, [...deleted(false), ...made(wanted)]);
  }

  async #inOneTransaction(name: string, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    // Without its last line, nothing of it is done.
    const text = ["start", ...lines, "prepare", "commit", ""].join("\n");
    await this.#write(
      text,
      ["sh", "-c", 'head -c "$1" | { shift; exec "$@"; }', "set-refs"],
      this.git(name, ["update-ref", "--stdin"]),
    );
  }

  /** The ref that HEAD names, whether it is there or not; undefined: HEAD names a commit. */
  async head(name: string): Promise<string | undefined> {
    try {
      return (await saidBy(this.#pod, this.git(name, ["symbolic-ref", "-q", "HEAD"]), { signal: this.#signal })).trim();
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
      return undefined;
    }
  }

  async setHead(name: string, ref: string): Promise<void> {
    await saidBy(this.#pod, this.git(name, ["symbolic-ref", "HEAD", ref]), { signal: this.#signal });
  }

  /** A file in a repository's folder, beside what is Git's. */
  async keep(name: string, file: string, text: string): Promise<void> {
    const path = `${this.at(name)}/${file}`;
    const whole = 'head -c "$1" > "$2.half" && [ "$(wc -c < "$2.half")" -eq "$1" ] && mv "$2.half" "$2"';
    await this.#write(text, ["sh", "-c", whole, "keep"], [path]);
  }

  async kept(name: string, file: string): Promise<string> {
    return saidBy(this.#pod, ["cat", `${this.at(name)}/${file}`], { signal: this.#signal });
  }

  async has(name: string, file: string): Promise<boolean> {
    return (await this.#find(this.at(name), file)).length > 0;
  }

  /** Repositories in whose folder there is such a file. */
  async withFile(file: string): Promise<readonly string[]> {
    const found = await this.#find(this.#root, file);
    return found.map((path) => path.slice(this.#root.length + 1, -file.length - 1));
  }

  async #find(folder: string, file: string): Promise<readonly string[]> {
    const args = ["find", folder, "-path", "*/objects", "-prune", "-o", "-type", "f", "-name", file, "-print"];
    const said = await saidBy(this.#pod, args, { signal: this.#signal });
    return said.split("\n").filter((line) => line !== "");
  }

  /** By so many bytes and no end: an input cannot be closed before Kubernetes 1.30. */
  async #write(text: string, script: readonly string[], args: readonly string[]): Promise<void> {
    const command = [...script, String(Buffer.byteLength(text)), ...args];
    await saidBy(this.#pod, command, { stdin: oneChunk(text), endsByItself: true, signal: this.#signal });
  }
}

/** Refs that go and that are a folder of wanted ones, or lie in what is to be one. */
function inTheWay(goes: Refs, wanted: Refs): ReadonlySet<string> {
  const folders = new Set([...wanted.keys()].flatMap(foldersOf));
  const found = [...goes.keys()].filter((ref) => folders.has(ref) || foldersOf(ref).some((one) => wanted.has(one)));
  return new Set(found);
}

/** `refs`, `refs/heads`, `refs/heads/a` of `refs/heads/a/b`. */
function foldersOf(ref: string): readonly string[] {
  const names = ref.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}
