/** What one question about a point came to. */
export interface PointCheck {
  readonly id: string;
  readonly what: string;
  readonly state: "passed" | "failed" | "unknown";
  /** How many rows name something. */
  readonly asked: number;
  /** The first of those that are not there, or why it cannot be told. */
  readonly why: readonly string[];
}
