import type { Pointed } from "./lfs-pointer.ts";
import type { BundleBench, LaidAside, Looked, OpenedObjects, Passing } from "./open-bundle.ts";

/** What became of a later step. */
export interface Stepped {
  readonly looked: Looked;
  /** The bundle that it was opened on; undefined: on none, as it has all by itself. */
  readonly on: string | undefined;
}

/**
 * All bundles of one repository in an archive, as they pass in any order: the first step is opened at once, later ones when all of them
 * are there, each on the one before it.
 */
export class BundleSteps {
  readonly repository: string;
  readonly #bench: BundleBench;
  readonly #pointed: Pointed;
  readonly #files = new Set<string>();
  readonly #opened = new Map<string, OpenedObjects>();
  readonly #aside = new Map<string, LaidAside>();
  /** What the refs of each later step point at. */
  readonly #refs = new Map<string, readonly string[]>();

  constructor(repository: string, bench: BundleBench, pointed: Pointed) {
    [this.repository, this.#bench, this.#pointed] = [repository, bench, pointed];
  }

  /** What can be said of it by itself. One that is void is no step. */
  async look(file: string, passing: Passing): Promise<Looked> {
    // As unpacking would have it: the later one of a name stays.
    await this.#forget(file);
    const { looked, opened, aside } = await this.#bench.look(passing, this.#pointed);
    if (looked.kind !== "void") this.#files.add(file);
    if (opened !== undefined) this.#opened.set(file, opened);
    if (aside !== undefined) this.#aside.set(file, aside);
    return looked;
  }

  /** The list of refs beside a bundle: `ID NAME`, a line each. */
  note(list: string, text: string): void {
    const ids = text.split("\n").flatMap((line) => /^([0-9a-f]{40}|[0-9a-f]{64}) ./.exec(line)?.[1] ?? []);
    this.#refs.set(list.replace(/\.refs$/, ".bundle"), [...new Set(ids)]);
  }

  /** Opens the later ones in this order: by default that of their names (`…/ID/001.bundle`, `…/ID/002.bundle`). */
  async play(order: readonly string[] = [...this.#files].toSorted()): Promise<ReadonlyMap<string, Stepped>> {
    const found = new Map<string, Stepped>();
    let below: string | undefined;
    for (const file of order) {
      const aside = this.#aside.get(file);
      const opened = below === undefined ? undefined : this.#opened.get(below);
      // On one that is damaged nothing stands.
      if (aside !== undefined && (below === undefined ? !aside.isOnTop : opened !== undefined)) {
        const seen = await this.#bench.lookOnTop(aside, opened, this.#refs.get(file) ?? [], this.#pointed);
        found.set(file, { looked: seen.looked, on: below });
        if (seen.opened !== undefined) this.#opened.set(file, seen.opened);
      }
      below = file;
    }
    return found;
  }

  /** The objects of a step that is whole, with those of the steps that it was opened on. */
  opened(file: string): OpenedObjects | undefined {
    return this.#opened.get(file);
  }

  /** Leaves nothing on the disk. */
  async clear(): Promise<void> {
    for (const file of this.#files) await this.#forget(file);
  }

  async #forget(file: string): Promise<void> {
    await this.#opened.get(file)?.objects.remove();
    await this.#aside.get(file)?.folder.remove();
    this.#opened.delete(file);
    this.#aside.delete(file);
  }
}
