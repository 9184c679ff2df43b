import type { RestoredDatabase, Spill } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import type { System } from "../../systems/contract.ts";
import { keysIn, lfsPart } from "../kinds/gitlab/keys.ts";
import type { References } from "../point/references.ts";
import type { Source } from "../point/sources.ts";
import type { LfsPointer } from "../store-kind.ts";

const archive = "gitlab/archive";
const source: Source = {
  store: archive,
  listed: { kind: "part", part: lfsPart },
  part: { of: "gitlab", id: lfsPart },
};

/**
 * The LFS objects that one archive of GitLab's holds, beside those that its database and its repositories name. Nothing is read twice:
 * the names of those that are there wait in the file of rows.
 */
export class ArchivedObjects {
  readonly #references: References;
  readonly #spill: Spill;
  readonly #systems: readonly System[];
  #isRead = false;

  constructor(references: References, spill: Spill, systems: readonly System[]) {
    this.#references = references;
    this.#spill = spill;
    this.#systems = systems;
    spill.run("create table held (location text)");
  }

  readonly pointed = (pointer: LfsPointer): void => this.#references.point(archive, pointer);

  readonly examine = (db: RestoredDatabase): Promise<void> => this.#references.ask(db, this.#systems, archive);

  /** Reads the objects' names in their own tar; where that is damaged whoever proves the archive says so. */
  readonly objects = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
    try {
      for await (const name of keysIn(content)) {
        const [location] = /(?<=^|\/)[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{60}$/.exec(name) ?? [];
        if (location !== undefined) this.#spill.run("insert into held values (?)", location);
      }
      this.#isRead = true;
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
    }
  };

  /** What of them the archive lacks, and what else is to be told. Neither where it holds no part with such: that is said already. */
  async concluded(): Promise<FoundObjects> {
    if (!this.#isRead) return { lacks: [], notes: [] };
    for (const one of this.#references.look([source])) await this.#references.read(one, this.#keys());
    const all = this.#references.checks();
    const wordsOf = (checks: typeof all): readonly string[] =>
      checks.flatMap(({ what, why }) => (why.length === 0 ? [] : [`${what}: ${why.join("; ")}`]));
    return {
      lacks: wordsOf(all.filter(({ state }) => state === "failed")),
      notes: wordsOf(all.filter(({ state }) => state !== "failed")),
    };
  }

  async *#keys(): AsyncGenerator<string> {
    for (const { location } of this.#spill.each("select location from held")) yield String(location);
  }
}

export interface FoundObjects {
  readonly lacks: readonly string[];
  readonly notes: readonly string[];
}
