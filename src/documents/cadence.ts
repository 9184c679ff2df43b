import type { Duty } from "../calendar/duties.ts";
import { momentAfter } from "../calendar/recurrence.ts";
import { sayTimes } from "../calendar/say.ts";
import type { GuideLine } from "../guides/line.ts";
import { linksOf } from "../guides/links.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";

/** A duty that keeps the platform safe: how often, and when next. */
export interface Cadence {
  readonly duty: string;
  readonly title: string;
  readonly environment: string | undefined;
  readonly when: string;
  readonly state: "waiting" | "due" | "overdue";
  readonly dueAt: Instant;
}

/** The duties of the guides' lines on security: rotations, scans, reviews. */
export function safetyDuties(lines: readonly GuideLine[]): ReadonlySet<string> {
  const safety = lines.filter(({ requirement }) => requirement.some((id) => id.startsWith("SEC-")));
  return new Set(safety.flatMap((line) => linksOf(line).duties));
}

interface Turn {
  readonly state: string;
  readonly due_at: Instant;
}

/** Late ones first, then by when they are due. */
export function cadencesOf(duties: readonly Duty[], open: ReadonlyMap<string, Turn>, now: Instant): readonly Cadence[] {
  const rank = { overdue: 0, due: 1, waiting: 2 };
  return duties
    .map(({ id, title, environment, recurrence, zone }): Cadence => {
      const turn = open.get(id);
      const state = turn?.state === "due" || turn?.state === "overdue" ? turn.state : "waiting";
      const dueAt = turn?.due_at ?? instantOf(momentAfter(recurrence, zone, Date.parse(now)));
      return { duty: id, title, environment, when: `${sayTimes(recurrence)} (${zone.name})`, state, dueAt };
    })
    .toSorted((a, b) => rank[a.state] - rank[b.state] || (a.dueAt < b.dueAt ? -1 : 1));
}
