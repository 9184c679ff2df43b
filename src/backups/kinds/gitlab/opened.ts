/** Of one value: `unclear` looks encrypted, in a form that is not known here; `other` is no such value. */
export type ValueState = "opened" | "closed" | "unclear" | "other";

/** What keys opened. */
export interface Opened {
  /** Values in a known form. */
  readonly tried: number;
  readonly closed: number;
  /** `ci_variables 3`: one that they do not open. */
  readonly firstClosed: string | undefined;
  /** By table and column, values that no form known here opens: whether the keys are theirs is not known either. */
  readonly unclear: ReadonlyMap<string, number>;
}

/** Counts values as they are tried: of however many rows, its memory is that of the columns. */
export class Tally implements Opened {
  tried = 0;
  closed = 0;
  firstClosed: string | undefined;
  readonly unclear = new Map<string, number>();

  /** `row` is what a person finds it by. */
  take(state: ValueState, column: string, row: string): void {
    switch (state) {
      case "opened":
        this.tried += 1;
        return;
      case "closed":
        this.tried += 1;
        this.closed += 1;
        this.firstClosed ??= row;
        return;
      case "unclear":
        this.unclear.set(column, (this.unclear.get(column) ?? 0) + 1);
        return;
      case "other":
        return;
    }
  }

  add(other: Opened): void {
    this.tried += other.tried;
    this.closed += other.closed;
    this.firstClosed ??= other.firstClosed;
    for (const [column, values] of other.unclear) this.unclear.set(column, (this.unclear.get(column) ?? 0) + values);
  }
}
