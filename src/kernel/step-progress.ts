/** How far a step's work is, for whoever watches its run. What is not known is left out. */
export interface StepProgress {
  /** What it works on: `mlflow/database`. */
  readonly store?: string;
  /** What it does now, in words. */
  readonly phase?: string;
  /** Whole: 0 to 100. */
  readonly percent?: number;
  readonly remainingSeconds?: number;
  /** Until all is done, or until its bytes have gone by, whatever follows then. */
  readonly remainingOf?: "all" | "bytes";
  /** Of work on several stores, one after the other: how far all of it is. */
  readonly whole?: {
    /** What is counted: `stores`, `backups`, `proofs` or `restores`. */
    readonly what: string;
    readonly done: number;
    readonly of: number;
    /** Until all is over. */
    readonly remainingSeconds?: number | undefined;
    /** Why nobody knows how long that is. */
    readonly unknown?: string | undefined;
  };
}
