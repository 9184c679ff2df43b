import type { Notifier, Recorder } from "../access/route.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { Store } from "../store/store.ts";

export const incidentKinds = ["vulnerability", "breach", "outage", "degradation"] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** From the worst on. */
export const incidentSeverities = ["critical", "high", "medium", "low"] as const;
export type IncidentSeverity = (typeof incidentSeverities)[number];

/** `resolved`: what was wrong is over; `closed`: nothing is left to be done about it. */
export const incidentStates = ["open", "acknowledged", "resolved", "closed"] as const;
export type IncidentState = (typeof incidentStates)[number];

export const sources = ["person", "rule", "probe", "alert"] as const;
export type IncidentSource = (typeof sources)[number];

/** What came of looking back: causes and what would help, never whose fault it was. */
export interface Review {
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly actions: readonly ReviewAction[];
  readonly by: Actor;
  readonly at: Instant;
}

export interface ReviewAction {
  readonly what: string;
  readonly who: string;
  readonly until: string;
  /** The obligation that was made of it. */
  readonly debt: string;
}

export interface Incident {
  readonly id: number;
  readonly kind: IncidentKind;
  readonly severity: IncidentSeverity;
  readonly title: string;
  readonly environment: string | undefined;
  readonly component: string | undefined;
  readonly state: IncidentState;
  readonly source: IncidentSource;
  readonly beganAt: Instant;
  readonly openedAt: Instant;
  readonly openedBy: Actor;
  readonly ledBy: Actor | undefined;
  readonly acknowledgedAt: Instant | undefined;
  readonly resolvedAt: Instant | undefined;
  readonly closedAt: Instant | undefined;
  readonly reviewDueAt: Instant | undefined;
  readonly review: Review | undefined;
  /** Since when what opened it is well again, as it was told; undefined: it is not, or nobody can tell. */
  readonly wellSince: Instant | undefined;
  /** Grows with every change. */
  readonly revision: number;
}

/** What happened in an incident, in the order it was written down. */
export interface IncidentEvent {
  readonly number: number;
  readonly at: Instant;
  readonly kind:
    | "opened"
    | "raised"
    | "called"
    | "acknowledged"
    | "note"
    | "alert"
    | "recovered"
    | "relapsed"
    | "override"
    | "resolved"
    | "reopened"
    | "reviewed"
    | "closed";
  readonly actor: Actor;
  readonly text: string;
}

export interface IncidentAlert {
  readonly fingerprint: string;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
}

/** Somebody to call. */
export interface Contact {
  readonly name: string;
  /** A mail address, or the name of a channel. */
  readonly address: string;
  /** Empty: all. */
  readonly environments: readonly string[];
  /** Empty: all. */
  readonly kinds: readonly IncidentKind[];
  /** So long after it was opened, if nobody acknowledged it by then. */
  readonly afterMinutes: number;
}

/** Something that an incident leaves to be done: reviewing an override, an action of the review. */
export interface Debt {
  readonly title: string;
  readonly reason: string;
  readonly environment: string | undefined;
  readonly incident: number;
  readonly owner: string;
  readonly dueAt: Instant;
}

/** What incidents need of others. */
export interface IncidentPorts {
  readonly record: Recorder;
  readonly notify: Notifier;
  /** In the order of configuration. */
  readonly contacts: readonly Contact[];
  readonly reviewWithinDays: number;
  /** Makes an obligation in the caller's transaction and says its id. */
  owe(store: Store, now: Instant, debt: Debt): Promise<string>;
}

/** Whether the first is worse. */
export function isWorse(one: IncidentSeverity, other: IncidentSeverity): boolean {
  return incidentSeverities.indexOf(one) < incidentSeverities.indexOf(other);
}

/** Whether people are woken for it. */
export function pages({ severity }: Pick<Incident, "severity">): boolean {
  return severity === "critical" || severity === "high";
}

/** Whether it may be closed only after a review. */
export function needsReview({ severity, kind }: Pick<Incident, "severity" | "kind">): boolean {
  return severity === "critical" || severity === "high" || kind === "breach";
}

/** The name of an incident's thread at the pager. */
export function threadOf({ id }: Pick<Incident, "id">): string {
  return `millwright/incident/${id}`;
}
