import { type Refusal, refuse } from "../access/refusal.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { EntryKind } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import { noticeFor } from "./call.ts";
import { type Incident, type IncidentEvent, type IncidentPorts, needsReview, pages, threadOf } from "./incident.ts";
import { alertsOf, type Change, changeIncident, lockIncident } from "./store.ts";

/** Who does something to which incident, when. */
export interface Act {
  readonly id: number;
  readonly by: Actor;
  readonly now: Instant;
}

/** Somebody has it in hand: nobody further is called. A second time changes nothing. */
export async function acknowledge(
  store: Store,
  ports: IncidentPorts,
  act: Act,
  via: "api" | "pager" = "api",
): Promise<Incident | Refusal> {
  return onIncident(store, act, async (incident, part) => {
    if (incident.state === "closed") return isClosed(act.id);
    if (incident.state !== "open") return incident;
    const text = via === "pager" ? `${act.by.name} acknowledged it at the pager.` : `${act.by.name} has it in hand.`;
    const change = {
      state: "acknowledged" as const,
      acknowledged_at: act.now,
      ...(incident.ledBy === undefined ? { led_by: act.by } : {}),
    };
    const changed = await apply(part, ports, act, { change, kind: "acknowledged", text, entry: "acknowledged" });
    if (via === "api" && pages(incident)) await tellPager(part, ports, incident, "acknowledge", text);
    return changed;
  });
}

/** Writes something into the timeline. */
export async function addNote(store: Store, act: Act, text: string): Promise<Incident | Refusal> {
  return onIncident(store, act, (_, part) =>
    changeIncident(part, act.id, {}, { at: act.now, kind: "note", actor: act.by, text }),
  );
}

/** What was wrong is over. A review is due from now on where one is needed. */
export async function resolve(store: Store, ports: IncidentPorts, act: Act, text: string): Promise<Incident | Refusal> {
  return onIncident(store, act, async (incident, part) => {
    if (incident.state === "closed") return isClosed(act.id);
    if (incident.state === "resolved") return incident;
    const due = instantOf(Date.parse(act.now) + ports.reviewWithinDays * 86_400_000);
    const change = {
      state: "resolved" as const,
      resolved_at: act.now,
      review_due_at: needsReview(incident) && incident.review === undefined ? due : (incident.reviewDueAt ?? null),
    };
    const changed = await apply(part, ports, act, { change, kind: "resolved", text, entry: "resolved" });
    if (pages(incident)) await tellPager(part, ports, incident, "resolve", text);
    return changed;
  });
}

/** Something is done outside its window, or without what usually must come first. What it skips stays owed. */
export async function override(
  store: Store,
  ports: IncidentPorts,
  act: Act,
  wanted: { readonly what: string; readonly reason: string; readonly dueInDays: number },
): Promise<Incident | Refusal> {
  return onIncident(store, act, async (incident, part) => {
    if (incident.state === "closed") return isClosed(act.id);
    const debt = await ports.owe(part, act.now, {
      title: `Make good on the override in incident ${act.id}: ${wanted.what}`,
      reason: wanted.reason,
      environment: incident.environment,
      incident: act.id,
      owner: act.by.name,
      dueAt: instantOf(Date.parse(act.now) + wanted.dueInDays * 86_400_000),
    });
    const text = `${wanted.what}, because ${wanted.reason}. Owed since: ${debt}`;
    const changed = await apply(part, ports, act, {
      change: {},
      kind: "override",
      text,
      entry: `override: ${wanted.what}`,
      entryKind: "override",
      links: { debt },
    });
    await ports.notify(part, noticeFor(incident, `override/${changed.revision}`, `${act.by.name}: ${text}`));
    return changed;
  });
}

/** Why an incident may not be closed yet; empty when nothing stands against it. */
export async function closingBlockers(store: Store, incident: Incident): Promise<readonly string[]> {
  const firing = (await alertsOf(store, incident.id)).filter(({ status }) => status === "firing");
  return [
    ...(incident.state === "resolved" ? [] : ["it is not resolved: millwright incident resolve"]),
    ...(incident.acknowledgedAt === undefined && needsReview(incident)
      ? ["nobody ever acknowledged it: millwright incident acknowledge"]
      : []),
    ...(firing.length === 0 ? [] : [`${firing.length} of its alerts still fire`]),
    ...(needsReview(incident) && incident.review === undefined
      ? ["its review is missing: millwright incident review"]
      : []),
  ];
}

/** Nothing is left to be done about it. Refused while something is. */
export async function close(store: Store, ports: IncidentPorts, act: Act, text: string): Promise<Incident | Refusal> {
  return onIncident(store, act, async (incident, part) => {
    if (incident.state === "closed") return incident;
    const against = await closingBlockers(part, incident);
    if (against.length > 0)
      return refuse(409, `Incident ${act.id} cannot be closed yet: ${against.join("; ")}.`, "Do that first.");
    const change = { state: "closed" as const, closed_at: act.now };
    return apply(part, ports, act, { change, kind: "closed", text, entry: "closed" });
  });
}

interface Applied {
  readonly change: Change;
  readonly kind: IncidentEvent["kind"];
  readonly text: string;
  /** What the journal calls it. */
  readonly entry: string;
  readonly entryKind?: EntryKind;
  readonly links?: Readonly<Record<string, string>>;
  readonly nextActions?: readonly string[];
}

/** Changes the incident, its timeline and the journal together. */
export async function apply(store: Store, ports: IncidentPorts, act: Act, applied: Applied): Promise<Incident> {
  const { change, kind, text, entry, entryKind = "incident", links = {}, nextActions = [] } = applied;
  const changed = await changeIncident(store, act.id, change, { at: act.now, kind, actor: act.by, text });
  const ended = changed.resolvedAt ?? act.now;
  await ports.record(store, {
    at: act.now,
    kind: entryKind,
    actor: act.by,
    task: `Incident ${act.id} ${entry}`,
    environment: changed.environment,
    durationSeconds: kind === "closed" ? (Date.parse(ended) - Date.parse(changed.beganAt)) / 1000 : undefined,
    issues: [changed.title],
    nextActions,
    links: { incident: String(act.id), ...links },
    evidence: { said: text, severity: changed.severity, state: changed.state },
  });
  return changed;
}

/** Does something to an incident that nobody else changes meanwhile. */
export async function onIncident(
  store: Store,
  { id }: Pick<Act, "id">,
  work: (incident: Incident, store: Store) => Promise<Incident | Refusal>,
): Promise<Incident | Refusal> {
  return store.transaction(async (part) => {
    const incident = await lockIncident(part, id);
    return incident === undefined ? noIncident(id) : work(incident, part);
  });
}

export function noIncident(id: number): Refusal {
  return refuse(404, `There is no incident ${id}.`, "List what is there: millwright incident list");
}

function isClosed(id: number): Refusal {
  return refuse(409, `Incident ${id} is closed.`, "Open a new one that names it: millwright incident open");
}

async function tellPager(
  store: Store,
  ports: IncidentPorts,
  incident: Incident,
  action: "acknowledge" | "resolve",
  text: string,
): Promise<void> {
  await ports.notify(store, {
    ...noticeFor(incident, `${action}/${incident.revision}`, text),
    severity: "info",
    page: { thread: threadOf(incident), action },
  });
}
