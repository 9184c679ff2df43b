import { createHash } from "node:crypto";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import { readPart, refuseAborted } from "../../parts.ts";
import type { Part } from "../../repository/manifest.ts";
import type { Taking } from "../../store-kind.ts";
import { linesOf } from "../objects/lines.ts";
import { findPod, type Pod, printedBy, saidBy } from "../pod.ts";
import { GitlabBody, Repository, repositoriesPart } from "./body.ts";
import { digestOfRefs, type Refs, readRef, tapBundle } from "./bundle-head.ts";

/*
 * Each repository as a bundle of its own, by Git in Gitaly's pod: whole, streamed, and taken again only when one of its refs moved.
 */

export interface TakenBundles {
  readonly repositories: NonNullable<GitlabBody["repositories"]>;
  readonly packs: readonly Part[];
}

type Gitaly = NonNullable<GitlabStore["gitaly"]>;

/** Throws as soon as one repository that is there cannot be read: what is left out would look like what is not there. */
export async function takeBundles(
  { pod: selector, path, git }: Gitaly,
  taking: Taking,
  projects: ReadonlyMap<string, string> = new Map(),
): Promise<TakenBundles> {
  const pod = await findPod(selector, await taking.cluster());
  const before = await lastRepositories(taking);
  const read = new Reading(pod, path, git, taking);
  const entries: Repository[] = [];
  const counts = { copied: 0, empty: 0, gone: 0, moved: 0 };
  for (const name of await read.repositories()) {
    refuseAborted(taking.signal);
    const refs = await read.refs(name);
    if (refs === undefined) {
      counts.gone += 1;
      continue;
    }
    const known = before.get(name);
    if (refs.all.size === 0) counts.empty += 1;
    if (refs.all.size === 0) entries.push({ name, refs: 0, digest: digestOfRefs(refs.all), ...refs.head });
    else if (known !== undefined && known.digest === digestOfRefs(refs.all)) entries.push({ ...known, ...refs.head });
    else {
      const taken = await read.bundle(name);
      if (taken === undefined) {
        counts.gone += 1;
        continue;
      }
      entries.push({ ...taken, ...refs.head });
      counts.copied += 1;
      if (taken.digest !== digestOfRefs(refs.all)) counts.moved += 1;
    }
    if (entries.length % 50 === 0) taking.progress(`${entries.length} repositories are read`);
  }
  const named = entries.map((one) => ({ ...one, path: projects.get(one.name) }));
  const list = await taking.storePart(repositoriesPart, lined(named));
  const packs = entries.flatMap(({ bundle }) => (bundle === undefined ? [] : [bundle]));
  const bytes = packs.reduce((sum, one) => sum + one.bytes, 0);
  return { repositories: { pod: pod.label, count: entries.length, bytes, ...counts, list }, packs };
}

async function* lined(entries: readonly Repository[]): AsyncGenerator<Uint8Array> {
  for (const one of entries) yield Buffer.from(`${JSON.stringify(one)}\n`);
}

/** A list's repositories, as they were written. Throws `InputError` for a line that is damaged. */
export async function* readRepositories(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Repository> {
  for await (const line of linesOf(stream)) {
    const parsed = Repository.safeParse(jsonOr(line));
    if (!parsed.success) throw new InputError("the list of repositories is damaged");
    yield parsed.data;
  }
}

function jsonOr(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Those of the last backup whose bundle still lies in the repository; none where that one is damaged or failed its proof. */
async function lastRepositories(taking: Taking): Promise<ReadonlyMap<string, Repository>> {
  const there = new Set(taking.packs.map(({ snapshot }) => snapshot));
  const found = new Map<string, Repository>();
  try {
    for (const backup of taking.earlier) {
      if (backup.proofs.find(({ verdict }) => verdict !== "unknown")?.verdict === "failed") continue;
      const { repositories } = GitlabBody.parse(await taking.bodyOf(backup));
      if (repositories === undefined) continue;
      for await (const one of readRepositories(readPart(taking.repository, repositories.list)))
        if (one.bundle === undefined || there.has(one.bundle.snapshot)) found.set(one.name, one);
      return found;
    }
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
  }
  return new Map();
}

class Reading {
  readonly #pod: Pod;
  readonly #root: string;
  readonly #git: readonly string[];
  readonly #taking: Taking;

  constructor(pod: Pod, root: string, git: readonly string[], taking: Taking) {
    this.#pod = pod;
    this.#root = root.replace(/\/+$/, "");
    this.#git = git;
    this.#taking = taking;
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
    return this.#unlessGone(name, async () => {
      const format = "--format=%(objectname) %(refname) %(HEAD)";
      for await (const line of linesOf(this.#call(name, ["for-each-ref", format]))) {
        const ref = readRef(line);
        if (ref === undefined) continue;
        all.set(...ref);
        if (line.endsWith("*")) head = ref[0];
      }
      return { all, head: head === undefined ? {} : { head } };
    });
  }

  async bundle(name: string): Promise<Repository | undefined> {
    const id = createHash("sha256").update(name).digest("hex").slice(0, 16);
    return this.#unlessGone(name, async () => {
      const seen = new Map<string, string>();
      const { signal } = this.#taking;
      const stream = tapBundle(this.#call(name, ["bundle", "create", "-", "--all"]), seen);
      const bundle = await this.#taking.storePack(`${id}.bundle`, stream, signal);
      return { name, refs: seen.size, digest: digestOfRefs(seen), bundle };
    });
  }

  #call(name: string, args: readonly string[]): AsyncGenerator<Uint8Array> {
    return this.#say([...this.#git, "-C", `${this.#root}/${name}`, ...args]);
  }

  #say(command: readonly string[]): AsyncGenerator<Uint8Array> {
    return printedBy(this.#pod, command, { signal: this.#taking.signal });
  }

  /** A repository that was deleted meanwhile is no failure. */
  async #unlessGone<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || this.#taking.signal.aborted) throw thrown;
      const parent = `${this.#root}/${name.split("/").slice(0, -1).join("/")}`;
      const args = ["find", parent, "-maxdepth", "1", "-name", name.split("/").at(-1) ?? "", "-print"];
      const found = await saidBy(this.#pod, args).catch(() => name);
      if (found.trim() !== "") throw thrown;
      return undefined;
    }
  }
}
