import type { Instant } from "../../kernel/instant.ts";

/**
 * `good` and `bad` are what was seen to be so; `warn` is worth a look; `absent`: we looked, there is none; `unknown`: we
 * could not look. `note` only tells.
 */
export type Mark = "bad" | "warn" | "unknown" | "absent" | "note" | "good";

export interface Row {
  readonly mark: Mark;
  /** One text for each column of the section. */
  readonly cells: readonly string[];
  /** The evidence, in a sentence. */
  readonly why?: string | undefined;
  /** What to do; a command stands in backticks. */
  readonly next?: string | undefined;
}

/** What could not be seen, and what would show it. */
export interface Unseen {
  readonly what: string;
  readonly why: string;
  readonly howToLearn: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** The worst of what it holds. */
  readonly mark: Mark;
  /** The answer in a sentence. */
  readonly summary: string;
  readonly columns: readonly string[];
  /** Worst first. Rows that are as they should be may be only counted, in `quiet`. */
  readonly rows: readonly Row[];
  readonly quiet: number;
  readonly unseen: readonly Unseen[];
}

/** What `millwright assess` prints in every format. */
export interface Assessment {
  readonly schema: "millwright/assessment/1";
  readonly at: Instant;
  readonly cluster: string;
  readonly kubernetes: string;
  /** The repository it was compared with; null when none was named. */
  readonly repository: string | null;
  readonly environment: string | null;
  readonly objects: number;
  readonly sections: readonly Section[];
}

const order: readonly Mark[] = ["bad", "warn", "unknown", "absent", "note", "good"];

/** From the worst (0) on. */
export function rankOfMark(mark: Mark): number {
  return order.indexOf(mark);
}

/** The worst of several; `absent` for none. */
export function worstMark(marks: readonly Mark[]): Mark {
  return [...marks].sort((a, b) => rankOfMark(a) - rankOfMark(b))[0] ?? "absent";
}

/** What to do first: the bad rows that say what to do, in the order of the sections, at most one a section. */
export function firstSteps(
  assessment: Assessment,
  count: number,
): readonly { readonly section: Section; readonly row: Row }[] {
  return assessment.sections
    .flatMap((section) => {
      const row = section.rows.find(({ mark, next }) => mark === "bad" && next !== undefined);
      return row === undefined ? [] : [{ section, row }];
    })
    .slice(0, count);
}

/** How many rows of each mark an assessment holds. */
export function countsOf(assessment: Assessment): Readonly<Record<Mark, number>> {
  const counts: Record<Mark, number> = { bad: 0, warn: 0, unknown: 0, absent: 0, note: 0, good: 0 };
  for (const section of assessment.sections) {
    for (const row of section.rows) counts[row.mark] += 1;
    counts.good += section.quiet;
    counts.unknown += section.unseen.length;
  }
  return counts;
}
