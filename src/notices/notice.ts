import type { Instant } from "../kernel/instant.ts";
import type { NoticeDraft } from "../platform/record.ts";

/** A message as it is in the outbox. */
export interface Notice {
  readonly id: number;
  readonly key: string;
  readonly severity: NoticeDraft["severity"];
  readonly title: string;
  readonly text: string;
  readonly environment: string | undefined;
  readonly link: string | undefined;
  readonly audience: readonly string[];
  readonly page: NoticeDraft["page"];
  readonly at: Instant;
}

/** Of two severities the one that is heard first. */
export function rank(severity: Notice["severity"]): number {
  return ["info", "warning", "critical"].indexOf(severity);
}
