import { InputError } from "../../../kernel/errors.ts";
import { allOf } from "../../lines.ts";
import type { TarEntry } from "../../proof/tar-reader.ts";
import { archiveFiles } from "./archive-files.ts";
import { type Chosen, chooseBundles, hooksBeside, roleOf, storageOfManifest } from "./archive-layout.ts";
import { type Refs, refsOfHead } from "./bundle-head.ts";
import { DumpTap } from "./dump-tap.ts";
import { headOfList } from "./list-of-refs.ts";
import { folder, type Open, readArchived } from "./read-archived.ts";
import { mayShadow } from "./shadowed-refs.ts";
import { dumpFile } from "./tar-tap.ts";
import { unbundle } from "./unbundle.ts";

/*
 * One repository of a toolbox's archive, found by reading through it: as far as its list of projects and its folder of repositories,
 * which is twice where the projects come after. Nothing of it is laid anywhere.
 */

export interface ArchivedRepository {
  /** Its path below the storage. */
  readonly name: string;
  /** The project's; undefined where it was named by its path below the storage. */
  readonly path: string | undefined;
  /** One that is whole; or several steps, each on top of the one before. */
  readonly bundles: readonly [ArchivedFile, ...ArchivedFile[]];
  /** Where there are several, or one that may lack refs: the head of the whole bundle that they come to, with those of the last list. */
  readonly head: Uint8Array | undefined;
  readonly refs: Refs;
  /** Refs that HEAD may have named, the likeliest first; one where a manifest says which. */
  readonly heads: readonly string[];
  /** Of which the archive has repositories, as far as it says. */
  readonly storages: readonly string[];
  /** Its custom hooks in the archive; undefined: it has none. */
  readonly hooks: ArchivedFile | undefined;
}

export interface ArchivedFile {
  readonly file: string;
  readonly bytes: number;
}

/** No pointer and no manifest is longer. */
const longestText = 1_000_000;
/** So many bytes of lists of refs are kept while it is not known which of them is the last. */
const keptLists = 16_000_000;

/** By a project's path or its own below the storage. Throws `InputError` where the archive does not give it by itself. */
export async function findArchived(open: Open, named: string): Promise<ArchivedRepository> {
  const wanted = named.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  refuseStrange(wanted, named);
  const search = new Search(wanted);
  await search.read(open());
  if (search.isMissed) await search.read(open());
  return search.found((name, file) => readArchived(open, { name, file }, textOf));
}

/** What would lie outside the storage, is a folder of many, or a pool. Also a database says where a project lies, and may be anybody's. */
function refuseStrange(path: string, named: string): void {
  if (/^@(?:pools|cluster\/pools)\//.test(path))
    throw new InputError(
      `${named} is what forks share, and in no archive: GitLab makes it anew; each fork's own bundle is whole`,
    );
  const names = path.split("/");
  if (names.some((name) => ["", ".", ".."].includes(name)) || (path.startsWith("@") && names.length < 4))
    throw new InputError(`${named} is no repository's name`);
}

class Search {
  readonly #wanted: string;
  /** Undefined: not known yet. */
  #name: string | undefined;
  #path: string | undefined;
  /** Repositories passed by before it was known which one is meant. */
  #isMissed = false;
  #other: string | undefined;
  readonly #storages = new Set<string>();
  readonly #texts = new Map<string, string>();
  /** With the lines of their heads. */
  readonly #bundles = new Map<string, { readonly bytes: number; readonly head: string }>();
  readonly #lists = new Map<string, number>();
  /** What stands in them, as far as they are kept. */
  readonly #lines = new Map<string, Buffer>();
  #keptBytes = 0;
  readonly #hooks = new Map<string, number>();

  constructor(wanted: string) {
    this.#wanted = wanted;
    // No group is called so (gitlab-org/gitlab lib/gitlab/path_regex.rb v12.7.8-ee: a path begins with a letter, a digit, `_` or `.`).
    if (wanted.startsWith("@")) this.#name = `${wanted}.git`;
  }

  get isMissed(): boolean {
    return this.#isMissed;
  }

  async read(archive: AsyncIterable<Uint8Array>): Promise<void> {
    this.#isMissed = false;
    let isWithin = false;
    for await (const entry of archiveFiles(archive)) {
      const isBelow = entry.name.startsWith(folder);
      // One folder's files stand together: tar writes it as it walks.
      if (isWithin && !isBelow && this.#hasAny()) return;
      isWithin = isBelow;
      if (isBelow) await this.#see(entry);
      else if (isListOfProjects(entry.name)) await this.#learn(entry);
      if (this.#isMissed && this.#name !== undefined) return;
    }
    // It holds no projects, or not that one: what was named may be a path below the storage yet.
    this.#name ??= `${this.#wanted}.git`;
  }

  #hasAny(): boolean {
    return this.#texts.size + this.#bundles.size + this.#lists.size > 0;
  }

  async #learn({ content }: TarEntry): Promise<void> {
    if (this.#name !== undefined) return;
    const projects = await projectsIn(content);
    const [name] = [...projects].find(([, path]) => path === this.#wanted) ?? [];
    if (name !== undefined) {
      refuseStrange(name, `${name}, where ${this.#wanted} lies by the archive's database,`);
      this.#path = this.#wanted;
    }
    this.#name = name ?? `${this.#wanted}.git`;
  }

  async #see(entry: TarEntry): Promise<void> {
    const file = entry.name.slice(folder.length);
    const storage = storageOfManifest(file);
    if (storage !== undefined) this.#storages.add(storage);
    if (this.#name === undefined) this.#isMissed = true;
    else await this.#note(file, roleOf(file, this.#name), entry);
  }

  async #note(file: string, role: ReturnType<typeof roleOf>, { size, content }: TarEntry): Promise<void> {
    switch (role) {
      case "bundle":
        this.#bundles.set(file, { bytes: size, head: await unbundle(content).head() });
        return;
      case "list":
        await this.#keepList(file, size, content);
        return;
      case "text":
        // A longer one says nothing that is believed, and not that it is not there.
        this.#texts.set(file, size <= longestText ? (await textOf(content)).toString("utf8") : "");
        return;
      case "hooks":
        this.#hooks.set(file, size);
        return;
      case "other":
        this.#other = file;
        return;
      case undefined:
    }
  }

  async #keepList(file: string, size: number, content: TarEntry["content"]): Promise<void> {
    this.#lists.set(file, size);
    this.#lines.delete(file);
    if (this.#keptBytes + size > keptLists) return;
    this.#keptBytes += size;
    this.#lines.set(file, await textOf(content));
  }

  /** `again`: reads a list of refs that was not kept. */
  async found(again: (name: string, file: string) => Promise<Uint8Array>): Promise<ArchivedRepository> {
    const name = this.#name ?? `${this.#wanted}.git`;
    const chosen = chooseBundles(name, {
      texts: this.#texts,
      bundles: new Set(this.#bundles.keys()),
      lists: this.#lists,
      other: this.#other,
    });
    const { bundles, head } = chosen;
    const [first, ...more] = bundles;
    const joined = await this.#joined(chosen, (list) => again(name, list));
    const lines = joined?.toString("utf8") ?? this.#headOf(first);
    const refs = refsOfHead(lines);
    return {
      name,
      path: this.#path,
      bundles: [this.#fileOf(first), ...more.map((file) => this.#fileOf(file))],
      head: joined,
      refs,
      heads: head === undefined ? headsIn(lines, refs) : [head],
      storages: [...this.#storages].toSorted(),
      hooks: this.#hooksOf(bundles.at(-1) ?? first),
    };
  }

  async #joined(
    { bundles: [first, ...more], list }: Chosen,
    again: (list: string) => Promise<Uint8Array>,
  ): Promise<Buffer | undefined> {
    if (list === undefined || (more.length === 0 && !mayShadow(this.#headOf(first)))) return undefined;
    return headOfList(list, this.#lines.get(list) ?? (await again(list)));
  }

  #headOf(bundle: string): string {
    return this.#bundles.get(bundle)?.head ?? "";
  }

  #fileOf(file: string): ArchivedFile {
    return { file, bytes: this.#bundles.get(file)?.bytes ?? 0 };
  }

  #hooksOf(bundle: string): ArchivedFile | undefined {
    const file = hooksBeside(bundle).find((one) => this.#hooks.has(one));
    return file === undefined ? undefined : { file, bytes: this.#hooks.get(file) ?? 0 };
  }
}

function isListOfProjects(name: string): boolean {
  const found = dumpFile.exec(name);
  return found !== null && found[1] === undefined;
}

/** A bundle says what HEAD pointed at, and not by which branch: of several that do, the usual names come first. */
function headsIn(lines: string, refs: Refs): readonly string[] {
  const id = /^([0-9a-f]{40,64}) HEAD$/m.exec(lines)?.[1];
  const branches = [...refs].flatMap(([name, at]) => (at === id && name.startsWith("refs/heads/") ? [name] : []));
  const usual = ["refs/heads/main", "refs/heads/master"].filter((name) => branches.includes(name));
  return [...new Set([...usual, ...branches])];
}

async function projectsIn(content: TarEntry["content"]): Promise<ReadonlyMap<string, string>> {
  const dump = new DumpTap();
  try {
    for await (const chunk of content) await dump.write(chunk);
    return (await dump.end()).projects;
  } finally {
    dump.stop();
  }
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await allOf(content));
}
