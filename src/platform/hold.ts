import type { Instant } from "../kernel/instant.ts";

/** A workload that a backup or a restore holds down, on purpose and for now: its holder is there, and does not hang. */
export interface Hold {
  readonly environment: string;
  readonly component: string;
  /** deployment mlops/mlflow */
  readonly workload: string;
  readonly by: string;
  readonly since: Instant;
}

export function wordsOfHold({ by, since }: Pick<Hold, "by" | "since">): string {
  return `held down by ${by} since ${since.slice(0, 16)}Z`;
}
