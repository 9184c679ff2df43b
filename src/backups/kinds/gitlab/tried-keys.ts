import type { Database } from "../../../kernel/backup-ports.ts";
import { counted } from "../../../kernel/count.ts";
import type { OwnProving } from "../../store-kind.ts";
import { openColumns } from "./encrypted-columns.ts";
import type { KeySource } from "./key-sources.ts";
import { type Opened, Tally } from "./opened.ts";
import type { RailsKeys } from "./rails-keys.ts";

interface Tried {
  readonly source: string;
  readonly opened: Opened;
}

/** The rails keys that were found, the best first, and what each of them opened in all databases together. */
export class TriedKeys {
  readonly #sources: readonly (KeySource & { readonly opened: Tally })[];
  /** None where no database came back. */
  #databases = 0;

  constructor(sources: readonly KeySource[]) {
    // The same keys in two places are tried once, by the name of the better.
    const different = new Map(sources.toReversed().map((one) => [identityOf(one.keys), one]));
    this.#sources = [...different.values()].toReversed().map((one) => ({ ...one, opened: new Tally() }));
  }

  async tryOn(db: Pick<Database, "query">, { progress, signal }: Pick<OwnProving, "progress" | "signal">) {
    this.#databases += 1;
    for (const { name, keys, opened } of this.#sources) {
      progress(`trying the rails key of ${name} on every encrypted row`);
      opened.add(await openColumns(db, keys, signal));
    }
  }

  /** The first that opens all, or else the one that opens most: it has to open what is encrypted in every database. */
  get best(): Tried | undefined {
    return this.#tried().toSorted((a, b) => a.opened.closed - b.opened.closed || b.opened.tried - a.opened.tried)[0];
  }

  #tried(): readonly Tried[] {
    return this.#databases === 0 ? [] : this.#sources.map(({ name, opened }) => ({ source: name, opened }));
  }

  failures(): readonly string[] {
    const { best } = this;
    if (best === undefined || best.opened.closed === 0) return [];
    const { closed, tried, firstClosed } = best.opened;
    return [
      `the rails key of ${best.source} does not open ${closed} of ${tried} encrypted rows of this dump, the first is ${firstClosed}`,
    ];
  }

  /** What no key could be shown to open. */
  gaps(): readonly string[] {
    const { best } = this;
    if (best === undefined) return [];
    const { tried, unclear } = best.opened;
    return [
      ...(tried === 0
        ? ["a proof that the rails key is that of this dump: no encrypted row in a known form is in it to try it on"]
        : []),
      ...(unclear.size === 0
        ? []
        : [`a proof that the rails key opens values that are encrypted in a form not known here: ${namedIn(unclear)}`]),
    ];
  }

  notes(): readonly string[] {
    const { best } = this;
    if (best === undefined) return [];
    const { opened, source } = best;
    const others = this.#tried().filter((one) => one.source !== source && one.opened.closed > 0);
    return [
      ...(opened.tried === 0
        ? []
        : [`the rails key of ${source} opens ${opened.tried - opened.closed} of ${opened.tried} encrypted rows`]),
      ...others.map(
        (one) => `the rails key of ${one.source} is another one: it leaves ${one.opened.closed} of them closed`,
      ),
    ];
  }
}

function identityOf({ database, otp, activeRecord }: RailsKeys): string {
  return JSON.stringify([database, otp, activeRecord.map((key) => Buffer.from(key).toString("base64"))]);
}

const mostNamed = 20;

/** `users.encrypted_otp_secret (12 values), …` */
export function namedIn(unclear: Opened["unclear"]): string {
  const all = [...unclear];
  const named = all.slice(0, mostNamed).map(([column, values]) => `${column} (${counted(values, "value")})`);
  const more = all.length - named.length;
  return [...named, ...(more === 0 ? [] : [`${counted(more, "more column")}`])].join(", ");
}
