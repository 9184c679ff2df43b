import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "./actor.ts";

/** What an entry of the journal is about. */
export type EntryKind =
  | "run"
  | "approval"
  | "change"
  | "attestation"
  | "incident"
  | "duty"
  | "work-order"
  | "override"
  | "access"
  | "answer"
  | "note";

/**
 * An entry before it has its place in the chain. The fields are those of guide B's log template (date, maintainer, task,
 * environment, duration, issues, next actions) and what proves it. Never holds a secret.
 */
export interface JournalDraft {
  readonly at: Instant;
  readonly kind: EntryKind;
  readonly actor: Actor;
  readonly task: string;
  readonly environment?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly issues?: readonly string[];
  readonly nextActions?: readonly string[];
  /** Ids of what it belongs to: `{run: "…", workOrder: "…", incident: "…", changeRequest: "URL"}`. */
  readonly links?: Readonly<Record<string, string>>;
  /** What proves it: before/after values, the approver, a digest. Plain JSON. */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** A message to people, before it is in the outbox. Two with one key within its quiet time are one. */
export interface NoticeDraft {
  readonly key: string;
  readonly severity: "info" | "warning" | "critical";
  readonly title: string;
  readonly text: string;
  readonly environment?: string | undefined;
  /** Where to look: a path of the API or console. */
  readonly link?: string;
  /** Named people or groups to reach; the default audience of the severity when left out. */
  readonly audience?: readonly string[];
  /** Wakes people: goes to the pager too. All pages of one thread are one alert there. */
  readonly page?: { readonly thread: string; readonly action: "trigger" | "acknowledge" | "resolve" };
}
