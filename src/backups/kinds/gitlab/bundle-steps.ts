import type { Pointed } from "./lfs-pointer.ts";
import type { BundleBench, LaidAside, Looked, OpenedObjects } from "./open-bundle.ts";

/** What became of a bundle on top of another. */
export interface Stepped {
  readonly looked: Looked;
  /** The bundle that it was opened on. */
  readonly on: string;
}

/**
 * All bundles of one repository in an archive, as they pass in any order: what is whole by itself is opened at once, what is on top of
 * others once all of them are there, each on the one that stands before it by name (`…/ID/001.bundle`, `…/ID/002.bundle`).
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

  /** What can be said of it by itself. */
  async look(file: string, size: number, content: AsyncIterable<Uint8Array>): Promise<Looked> {
    // As unpacking would have it: the later one of a name stays.
    await this.#forget(file);
    const { looked, opened, aside } = await this.#bench.look(size, content, this.#pointed);
    this.#files.add(file);
    if (opened !== undefined) this.#opened.set(file, opened);
    if (aside !== undefined) this.#aside.set(file, aside);
    return looked;
  }

  /** The list of refs beside a bundle: `ID NAME`, a line each. */
  note(list: string, text: string): void {
    const ids = text.split("\n").flatMap((line) => /^([0-9a-f]{40}|[0-9a-f]{64}) ./.exec(line)?.[1] ?? []);
    this.#refs.set(list.replace(/\.refs$/, ".bundle"), [...new Set(ids)]);
  }

  /** Opens those that are on top of others, by their files' names, and leaves nothing on the disk. */
  async settle(): Promise<ReadonlyMap<string, Stepped>> {
    const found = new Map<string, Stepped>();
    let below: { readonly file: string; readonly opened: OpenedObjects } | undefined;
    for (const file of [...this.#files].toSorted()) {
      const aside = this.#aside.get(file);
      let opened = this.#opened.get(file);
      if (aside !== undefined && below !== undefined) {
        const seen = await this.#bench.lookOnTop(aside, below.opened, this.#refs.get(file) ?? [], this.#pointed);
        found.set(file, { looked: seen.looked, on: below.file });
        opened = seen.opened;
      }
      below = opened === undefined ? undefined : { file, opened };
    }
    for (const file of this.#files) await this.#forget(file);
    return found;
  }

  async #forget(file: string): Promise<void> {
    await this.#opened.get(file)?.objects.remove();
    await this.#aside.get(file)?.folder.remove();
    this.#opened.delete(file);
    this.#aside.delete(file);
  }
}
