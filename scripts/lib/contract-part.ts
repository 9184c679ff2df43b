/** What became of holding one thing against the real one. */
export type Outcome =
  | { readonly kind: "held"; readonly words: string; readonly complaints: readonly string[] }
  | { readonly kind: "not-run"; readonly what: string; readonly why: string };

export interface ContractOptions {
  /** Also what takes minutes to build or to fetch. */
  readonly all: boolean;
  /** Writes what the real thing answers over the recording. */
  readonly record: boolean;
  /** `.cache` of the checkout. */
  readonly cache: string;
  /** Today, for recordings. */
  readonly today: string;
}
