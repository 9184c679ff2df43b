import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { liveHolds } from "../observations/held.ts";
import { millwright } from "../platform/actor.ts";
import type { Hold } from "../platform/hold.ts";
import { asJson, type Store } from "../store/store.ts";
import { apply, resolve } from "./act.ts";
import { readAlerts, type TakenAlert } from "./alertmanager.ts";
import { forgetHeld, heldAlerts, holdBehind, keepHeld } from "./held.ts";
import type { Incident, IncidentPorts } from "./incident.ts";
import { openIncident } from "./open.ts";
import { addEvent, alertsOf, findIncident, type IncidentTables, lockIncident } from "./store.ts";

/** Two Alertmanagers of one cluster tell the same at the same time: one after the other. `aler` in hexadecimal. */
const lock = 0x616c6572;

export interface AlertsTaken {
  /** Incidents that have one of the alerts now. */
  readonly incidents: readonly number[];
  /** Alerts that are no reason for an incident. */
  readonly ignored: number;
  /** Alerts about what a fence holds down: they wait for its end. */
  readonly held: number;
}

/**
 * Takes in a message of Alertmanager's webhook. An alert is known by its fingerprint and stays with the incident it once came
 * to; a new one goes to the incident of its group. When none of an incident's alerts fires any more it is resolved, and closed
 * where nobody had it in hand and no review is needed; one that fires again opens it again. One about what a fence holds down waits
 * for the end of that (`openHeld`). Throws `InputError` for anything else.
 */
export async function receiveAlerts(
  store: Store,
  ports: IncidentPorts,
  now: Instant,
  message: unknown,
): Promise<AlertsTaken> {
  const { group, alerts } = readAlerts(message, now);
  return inTurn(store, async (part) => {
    const holds = await liveHolds(part, now);
    const incidents = new Set<number>();
    let [ignored, held] = [0, 0];
    for (const alert of alerts) {
      const id = await takeAlert({ store: part, ports, now, group, holds }, alert);
      if (id === "held") held += 1;
      else if (id === undefined) ignored += 1;
      else incidents.add(id);
    }
    for (const id of incidents) await settle(part, ports, now, id);
    return { incidents: [...incidents], ignored, held };
  });
}

/** Opens the incidents of alerts that fire still, once nothing holds their component down. Says which. */
export async function openHeld(store: Store, ports: IncidentPorts, now: Instant): Promise<readonly number[]> {
  if ((await heldAlerts(store, { limit: 1 })).length === 0) return [];
  return inTurn(store, async (part) => {
    const holds = await liveHolds(part, now);
    const opened = new Set<number>();
    for (const { alert, key, by, heldAt } of await heldAlerts(part)) {
      if (holdBehind(alert, holds) !== undefined) continue;
      await forgetHeld(part, alert.fingerprint);
      const text = `${alert.text}\nIt waited since ${heldAt}, while its component was held down by ${by}, and fires still.`;
      const id = await incidentFor(part, ports, now, { ...alert, text }, key);
      if (id === undefined) continue;
      await keepAlert(part, id, now, alert);
      opened.add(id);
    }
    return [...opened];
  });
}

function inTurn<T>(store: Store, work: (part: Store) => Promise<T>): Promise<T> {
  return store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${lock})`.execute(part.tables());
    return work(part);
  });
}

interface Taking {
  readonly store: Store;
  readonly ports: IncidentPorts;
  readonly now: Instant;
  readonly group: string;
  readonly holds: readonly Hold[];
}

async function takeAlert(
  { store, ports, now, group, holds }: Taking,
  alert: TakenAlert,
): Promise<number | "held" | undefined> {
  const known = await incidentWith(store, alert.fingerprint);
  if (known !== undefined && known.status === alert.status) return known.id;
  const key = known?.key ?? `alertmanager/${group}`;
  const hold = holdBehind(alert, holds);
  if (hold !== undefined) {
    await keepHeld(store, key, alert, hold, now);
    return "held";
  }
  await forgetHeld(store, alert.fingerprint);
  const id = alert.status === "resolved" ? known?.id : await incidentFor(store, ports, now, alert, key);
  if (id !== undefined) await keepAlert(store, id, now, alert);
  return id;
}

/** The incident of an alert that begins to fire: opened, or opened again, where it has to be. */
async function incidentFor(
  store: Store,
  ports: IncidentPorts,
  now: Instant,
  alert: TakenAlert,
  key: string,
): Promise<number | undefined> {
  const { title, text, kind, severity, environment, component, startsAt } = alert;
  if (severity === undefined) return undefined;
  const wanted = { title, text, kind, severity, environment, component, beganAt: startsAt };
  return (await openIncident(store, ports, now, { ...wanted, by: millwright, source: "alert", key })).id;
}

async function incidentWith(
  store: Store,
  fingerprint: string,
): Promise<{ readonly id: number; readonly key: string | null; readonly status: TakenAlert["status"] } | undefined> {
  return store
    .tables<IncidentTables>()
    .selectFrom("incident_alerts")
    .innerJoin("incidents", "incidents.id", "incident_id")
    .select(["incidents.id", "incidents.source_key as key", "status"])
    .where("fingerprint", "=", fingerprint)
    .where("state", "<>", "closed")
    .executeTakeFirst();
}

async function keepAlert(store: Store, id: number, now: Instant, alert: TakenAlert): Promise<void> {
  const { status, labels, fingerprint, startsAt } = alert;
  await store
    .tables<IncidentTables>()
    .insertInto("incident_alerts")
    .values({ incident_id: id, fingerprint, status, labels: asJson(labels), starts_at: startsAt, seen_at: now })
    .onConflict((conflict) =>
      conflict.columns(["incident_id", "fingerprint"]).doUpdateSet({ status, starts_at: startsAt, seen_at: now }),
    )
    .execute();
  const text = status === "firing" ? `Fires: ${alert.title}` : `No longer fires: ${alert.title}`;
  await addEvent(store, id, { at: now, kind: "alert", actor: millwright, text });
}

async function settle(store: Store, ports: IncidentPorts, now: Instant, id: number): Promise<void> {
  const alerts = await alertsOf(store, id);
  const incident = await findIncident(store, id);
  if (incident === undefined || incident.state === "resolved" || incident.state === "closed") return;
  if (alerts.some(({ status }) => status === "firing")) return;
  const act = { id, by: millwright, now };
  await resolve(store, ports, act, "None of its alerts fires any more.");
  const resolved = await lockIncident(store, id);
  if (resolved === undefined || !endsByItself(resolved)) return;
  const change = { state: "closed" as const, closed_at: now };
  const text = "It ended by itself, before anybody had it in hand.";
  await apply(store, ports, act, { change, kind: "closed", text, entry: "closed" });
}

function endsByItself({ acknowledgedAt, reviewDueAt }: Incident): boolean {
  return acknowledgedAt === undefined && reviewDueAt === undefined;
}
