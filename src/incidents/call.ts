import { type Instant, instantOf } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { NoticeDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import { type Contact, type Incident, type IncidentPorts, pages, threadOf } from "./incident.ts";
import { addEvent, changeIncident, type IncidentTables, incidentOf } from "./store.ts";

/** Those to call for an incident, in the order in which they are called. */
function contactsFor(
  incident: Pick<Incident, "environment" | "kind">,
  contacts: readonly Contact[],
): readonly Contact[] {
  const { environment, kind } = incident;
  return contacts
    .filter(({ environments }) => environments.length === 0 || environments.includes(environment ?? ""))
    .filter(({ kinds }) => kinds.length === 0 || kinds.includes(kind))
    .toSorted((a, b) => a.afterMinutes - b.afterMinutes);
}

/** Tells of an incident that was opened, and wakes those who come first. */
export async function callPeople(
  store: Store,
  ports: IncidentPorts,
  now: Instant,
  incident: Incident,
  text: string,
): Promise<void> {
  const first = contactsFor(incident, ports.contacts).filter(({ afterMinutes }) => afterMinutes === 0);
  await ports.notify(store, {
    ...noticeFor(incident, `opened/${incident.revision}`, text),
    audience: first.map(({ address }) => address),
    ...(pages(incident) ? { page: { thread: threadOf(incident), action: "trigger" as const } } : {}),
  });
  if (first.length === 0) return;
  await store
    .tables<IncidentTables>()
    .updateTable("incidents")
    .set({ called: first.length, called_at: now })
    .where("id", "=", incident.id)
    .execute();
  await addEvent(store, incident.id, calledEvent(now, first));
}

/** Calls the next people for incidents that nobody has acknowledged, and says how many were called. */
export async function callFurther(store: Store, ports: IncidentPorts, now: Instant): Promise<number> {
  return store.transaction(async (part) => {
    const rows = await part
      .tables<IncidentTables>()
      .selectFrom("incidents")
      .selectAll()
      .where("state", "=", "open")
      .where("severity", "in", ["critical", "high"])
      .orderBy("id")
      .forUpdate()
      .skipLocked()
      .execute();
    let called = 0;
    for (const row of rows) called += await callNext(part, ports, now, incidentOf(row), row.called);
    return called;
  });
}

async function callNext(
  store: Store,
  ports: IncidentPorts,
  now: Instant,
  incident: Incident,
  called: number,
): Promise<number> {
  const due = (contact: Contact): boolean =>
    instantOf(Date.parse(incident.openedAt) + contact.afterMinutes * 60_000) <= now;
  const next = contactsFor(incident, ports.contacts).slice(called).filter(due);
  if (next.length === 0) return 0;
  const waited = Math.floor((Date.parse(now) - Date.parse(incident.openedAt)) / 60_000);
  await ports.notify(store, {
    ...noticeFor(incident, `called/${called + next.length}`, `Nobody has acknowledged it for ${waited} minutes.`),
    severity: "critical",
    audience: next.map(({ address }) => address),
    page: { thread: threadOf(incident), action: "trigger" },
  });
  await changeIncident(store, incident.id, { called: called + next.length, called_at: now }, calledEvent(now, next));
  return next.length;
}

/** A notice about an incident; `what` makes its key. */
export function noticeFor(incident: Incident, what: string, text: string): NoticeDraft {
  const { id, severity, title, environment, kind } = incident;
  return {
    key: `incident/${id}/${what}`,
    severity: pages(incident) ? "critical" : "warning",
    title: `Incident ${id} (${severity} ${kind}): ${title}`,
    text,
    environment,
    link: `/api/v1/incidents/${id}`,
  };
}

function calledEvent(now: Instant, contacts: readonly Contact[]) {
  const names = contacts.map(({ name, address }) => `${name} (${address})`).join(", ");
  return { at: now, kind: "called" as const, actor: millwright, text: `Called: ${names}` };
}
