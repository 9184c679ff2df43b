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
}
