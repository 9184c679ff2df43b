import { SystemError } from "../../../kernel/errors.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import { allOf, linesOf } from "../../lines.ts";
import { oneChunk } from "../../parts.ts";
import { findPod, type Pod, printedBy, saidBy } from "../pod.ts";
import { type Refs, readRef } from "./bundle-head.ts";
import { keepScript, linesScript } from "./gitaly-scripts.ts";
import { refMoves } from "./ref-moves.ts";

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

  /** An empty bare repository, for objects with ids of so many letters (`extensions.objectFormat`; Git's own are 40). */
  async make(name: string, idLength: number): Promise<void> {
    const format = idLength === 64 ? ["--object-format=sha256"] : [];
    const command = [...this.#git, "init", "--quiet", "--bare", ...format, this.at(name)];
    await saidBy(this.#pod, command, { signal: this.#signal });
  }

  /** A pack of all that these lead to, one on a line. */
  pack(name: string, ids: string): AsyncGenerator<Uint8Array> {
    const command = this.git(name, ["pack-objects", "--quiet", "--revs", "--stdout", "--delta-base-offset"]);
    return this.#written(ids, ["sh", "-c", linesScript, "pack-objects"], command);
  }

  /** Git reads no further than the pack says that it goes; one that is damaged leaves nothing. */
  async takePack(name: string, stdin: AsyncIterable<Uint8Array>): Promise<void> {
    const command = this.git(name, ["index-pack", "--stdin", "--fix-thin"]);
    await saidBy(this.#pod, command, { stdin, endsByItself: true, signal: this.#signal });
  }

  /**
   * Throws where something that these commits or tags lead to is not there, as Git itself looks after a fetch (git connected.c): taking a
   * pack does not.
   */
  async refuseGaps(name: string, ids: Iterable<string>): Promise<void> {
    const text = [...new Set(ids)].map((id) => `${id}\n`).join("");
    const command = this.git(name, ["rev-list", "--objects", "--quiet", "--stdin"]);
    await this.#write(text, ["sh", "-c", linesScript, "check-objects"], command);
  }

  /**
   * Sets all refs, in one transaction or two: those wanted, and none beside them but those that keep commits, `old` ones among them.
   * Refused where one was pushed to since it was read; done again after a kill it comes to the same.
   */
  async setRefs(name: string, wanted: Refs, old: readonly string[]): Promise<void> {
    const now = (await this.refs(name))?.all ?? new Map<string, string>();
    for (const lines of refMoves(now, wanted, old)) {
      const text = ["start", ...lines, "prepare", "commit", ""].join("\n");
      await this.#write(text, ["sh", "-c", linesScript, "set-refs"], this.git(name, ["update-ref", "--stdin"]));
    }
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
    await this.#write(text, ["sh", "-c", keepScript, "keep"], [path]);
  }

  /** However long it is: a repository of GitLab's has refs by the ten thousand. */
  async kept(name: string, file: string): Promise<string> {
    return Buffer.concat(await allOf(this.#say(["cat", `${this.at(name)}/${file}`]))).toString("utf8");
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

  async #write(text: string, script: readonly string[], args: readonly string[]): Promise<void> {
    for await (const _ of this.#written(text, script, args));
  }

  /** What it prints. */
  #written(text: string, script: readonly string[], args: readonly string[]): AsyncGenerator<Uint8Array> {
    const command = [...script, String(Buffer.byteLength(text)), ...args];
    return printedBy(this.#pod, command, { stdin: oneChunk(text), endsByItself: true, signal: this.#signal });
  }
}
