import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { JournalDraft } from "../platform/record.ts";
import type { DutyEvidence } from "./tables.ts";

/** The journal's entry of a duty whose turn was done, with what shows it. */
export function doneEntry(
  duty: { readonly id: string; readonly title: string; readonly environment?: string | undefined },
  done: { readonly by: Actor; readonly at: Instant; readonly dueAt: Instant; readonly evidence: DutyEvidence },
): JournalDraft {
  return {
    at: done.at,
    kind: "attestation",
    actor: done.by,
    task: `Done: ${duty.title}`,
    environment: duty.environment,
    links: { duty: duty.id },
    evidence: { dueAt: done.dueAt, ...done.evidence },
  };
}
