import { type Refusal, refuse } from "../access/refusal.ts";
import { type Instant, instantOf, parseInstant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { type Act, apply, onIncident } from "./act.ts";
import { noticeFor } from "./call.ts";
import type { Incident, IncidentPorts, ReviewAction } from "./incident.ts";
import { type IncidentTables, incidentOf } from "./store.ts";

/** What a review answers. They ask for causes and for what would help; nobody is asked who it was. */
export const reviewQuestions = [
  "What happened, and whom did it affect?",
  "What made it possible?",
  "What noticed it, and what would have noticed it earlier?",
  "What helped while it lasted, and what stood in the way?",
  "What would keep it from happening again, or make it smaller?",
] as const;

export interface WantedReview {
  /** In the order of the questions. */
  readonly answers: readonly string[];
  readonly actions: readonly Omit<ReviewAction, "debt">[];
}

/** Keeps the review of an incident that is over; each of its actions becomes an obligation. */
export async function reviewIncident(
  store: Store,
  ports: IncidentPorts,
  act: Act,
  wanted: WantedReview,
): Promise<Incident | Refusal> {
  return onIncident(store, act, async (incident, part) => {
    if (incident.resolvedAt === undefined)
      return refuse(409, `Incident ${act.id} is not over yet.`, "Resolve it first: millwright incident resolve");
    if (incident.review !== undefined)
      return refuse(409, `Incident ${act.id} was reviewed already.`, "Add what is new: millwright incident note");
    const actions: ReviewAction[] = [];
    for (const action of wanted.actions)
      actions.push({ ...action, debt: await oweAction(part, ports, act, incident, action) });
    const answers = reviewQuestions.map((question, index) => ({ question, answer: wanted.answers[index] ?? "" }));
    const review = { answers, actions, by: act.by, at: act.now };
    const nextActions = actions.map(({ what, who, until }) => `${what} (${who}, until ${until})`);
    const text = `Reviewed; ${actions.length} ${actions.length === 1 ? "action" : "actions"} follow.`;
    const links = Object.fromEntries(actions.map(({ debt }, index) => [`action${index + 1}`, debt]));
    return apply(part, ports, act, {
      change: { review },
      kind: "reviewed",
      text,
      entry: "reviewed",
      nextActions,
      links,
    });
  });
}

function oweAction(
  store: Store,
  ports: IncidentPorts,
  { now, id }: Act,
  incident: Incident,
  { what, who, until }: Omit<ReviewAction, "debt">,
): Promise<string> {
  return ports.owe(store, now, {
    title: what,
    reason: `the review of incident ${id}: ${incident.title}`,
    environment: incident.environment,
    incident: id,
    owner: who,
    dueAt: parseInstant(until) ?? now,
  });
}

/** Reminds of reviews that are due, once a day; says of how many. */
export async function remindOfReviews(store: Store, ports: IncidentPorts, now: Instant): Promise<number> {
  return store.transaction(async (part) => {
    const tables = part.tables<IncidentTables>();
    const rows = await tables
      .selectFrom("incidents")
      .selectAll()
      .where("state", "=", "resolved")
      .where("review", "is", null)
      .where("review_due_at", "<=", now)
      .where((where) =>
        where.or([
          where("review_reminded_at", "is", null),
          where("review_reminded_at", "<=", instantOf(Date.parse(now) - 86_400_000)),
        ]),
      )
      .orderBy("id")
      .forUpdate()
      .skipLocked()
      .execute();
    for (const row of rows) {
      const incident = incidentOf(row);
      const text = `Its review was due ${row.review_due_at ?? now}. It cannot be closed before: millwright incident review ${row.id}`;
      await ports.notify(part, { ...noticeFor(incident, `review-due/${now.slice(0, 10)}`, text), severity: "warning" });
      await tables.updateTable("incidents").set({ review_reminded_at: now }).where("id", "=", row.id).execute();
    }
    return rows.length;
  });
}
