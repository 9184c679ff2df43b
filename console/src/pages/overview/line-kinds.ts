import type { Reply } from "../../api/types.ts";

export type Line = Reply<"/overview">["lines"][number];
export type Kind = Line["kind"];

/** What each kind is in two words, and what it means that there is none. */
export const kinds: readonly {
  readonly kind: Kind;
  readonly title: string;
  readonly says: string;
  readonly none: string;
}[] = [
  { kind: "due", title: "Due", says: "what people owe: duties, work, reviews", none: "Nothing is due." },
  {
    kind: "exposed",
    title: "Exposed",
    says: "what is open to harm, or out of support",
    none: "Nothing is exposed, as far as was looked.",
  },
  {
    kind: "drift",
    title: "Drifting",
    says: "what is not as it was decided",
    none: "Nothing drifts, as far as was looked.",
  },
  { kind: "unproven", title: "Unproven", says: "what nobody can show", none: "Everything has evidence." },
  { kind: "running", title: "Running", says: "what is under way", none: "Nothing runs." },
];

/** How many lines of a kind stand on the first page; the rest is one click away. */
const shownOfKind = 5;

export function kindOf(text: string | undefined): Kind | undefined {
  return kinds.find(({ kind }) => kind === text)?.kind;
}

/** The lines of each kind, in their order; `asked`: only that one, whole. */
export function sections(
  lines: readonly Line[],
  asked: Kind | undefined,
): readonly { readonly kind: Kind; readonly shown: readonly Line[]; readonly left: number }[] {
  return kinds
    .filter(({ kind }) => asked === undefined || kind === asked)
    .map(({ kind }) => {
      const own = lines.filter((line) => line.kind === kind);
      const shown = asked === undefined ? own.slice(0, shownOfKind) : own;
      return { kind, shown, left: own.length - shown.length };
    });
}
