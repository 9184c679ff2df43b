import type { Instant } from "../kernel/instant.ts";
import { type Actor, millwright } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import { callPeople } from "./call.ts";
import { holdCauses, incidentAbout } from "./cause.ts";
import {
  type Incident,
  type IncidentKind,
  type IncidentPorts,
  type IncidentSeverity,
  type IncidentSource,
  isWorse,
} from "./incident.ts";
import { addEvent, changeIncident, type IncidentTables, incidentOf } from "./store.ts";

export interface NewIncident {
  readonly kind: IncidentKind;
  readonly severity: IncidentSeverity;
  readonly title: string;
  /** What is known: scope, and how it is known. */
  readonly text: string;
  readonly environment: string | undefined;
  readonly component: string | undefined;
  /** When it began, where that is known; now when left out. */
  readonly beganAt?: Instant | undefined;
  readonly by: Actor;
  readonly source: IncidentSource;
  /** What it came from: an incident of the same that is not closed takes it in. */
  readonly key: string | undefined;
}

/**
 * Opens an incident, calls people and writes it down, in the caller's transaction. What comes from a source that has an
 * incident already changes that one, and only when it is worse now.
 */
export async function openIncident(
  store: Store,
  ports: IncidentPorts,
  now: Instant,
  wanted: NewIncident,
): Promise<Incident> {
  return store.transaction(async (part) => {
    const made = await insert(part, now, wanted);
    if (made === undefined) return takeIn(part, ports, now, wanted);
    await addEvent(part, made.id, { at: now, kind: "opened", actor: wanted.by, text: wanted.text });
    await ports.record(part, {
      at: now,
      kind: "incident",
      actor: wanted.by,
      task: `Incident ${made.id} opened: ${made.title}`,
      environment: made.environment,
      issues: [wanted.text],
      links: { incident: String(made.id) },
      evidence: { kind: made.kind, severity: made.severity, source: made.source, began: made.beganAt },
    });
    await callPeople(part, ports, now, made, wanted.text);
    return made;
  });
}

async function insert(store: Store, now: Instant, wanted: NewIncident): Promise<Incident | undefined> {
  const row = await store
    .tables<IncidentTables>()
    .insertInto("incidents")
    .values({
      kind: wanted.kind,
      severity: wanted.severity,
      title: wanted.title.replace(/\s+/g, " ").slice(0, 200).toWellFormed(),
      environment: wanted.environment ?? null,
      component: wanted.component ?? null,
      state: "open",
      source: wanted.source,
      source_key: wanted.key ?? null,
      began_at: wanted.beganAt ?? now,
      opened_at: now,
      opened_by: asJson(wanted.by),
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column("source_key").where("state", "<>", "closed").doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : incidentOf(row);
}

async function takeIn(store: Store, ports: IncidentPorts, now: Instant, wanted: NewIncident): Promise<Incident> {
  const row = await store
    .tables<IncidentTables>()
    .selectFrom("incidents")
    .selectAll()
    .where("source_key", "=", wanted.key ?? "")
    .where("state", "<>", "closed")
    .forUpdate()
    .executeTakeFirst();
  // It was closed between the two statements: then this is a new one.
  if (row === undefined) return openIncident(store, ports, now, wanted);
  const there = incidentOf(row);
  const again = there.state === "resolved";
  const worse = isWorse(wanted.severity, there.severity);
  const event = { at: now, actor: wanted.by, text: wanted.text };
  if (!again && !worse) {
    if (there.wellSince === undefined) return there;
    return changeIncident(store, there.id, { well_since: null }, { ...event, kind: "relapsed" });
  }
  const severity = worse ? wanted.severity : there.severity;
  const reopened = again ? { state: "open" as const, resolved_at: null, acknowledged_at: null, called: 0 } : {};
  const changed = await changeIncident(
    store,
    there.id,
    { severity, well_since: null, ...reopened },
    { ...event, kind: again ? "reopened" : "raised" },
  );
  await callPeople(store, ports, now, changed, wanted.text);
  return changed;
}

/** What of a finding says whether it is an incident. */
export interface CriticalFinding {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: "critical" | "high" | "medium" | "low" | "info";
  readonly environment: string | undefined;
  readonly component: string | undefined;
  /** Whether it is about security. */
  readonly security: boolean;
  /** What it says, and the certificates that it is about: `certificatesOf`. */
  readonly message?: string | undefined;
  readonly certificates?: readonly string[] | undefined;
}

/** Rules whose findings are incidents wherever they show: what has expired is down for all who check. */
const always: ReadonlySet<string> = new Set(["certificate-expired"]);

/** The incident that a finding is: a critical one in production, and an expired certificate anywhere. undefined for all others. */
export function incidentOfFinding(finding: CriticalFinding, production: readonly string[]): NewIncident | undefined {
  const { severity, environment, rule } = finding;
  if (environment === undefined || severity === "info") return undefined;
  const counts = always.has(rule) || (severity === "critical" && production.includes(environment));
  if (!counts) return undefined;
  return {
    kind: finding.security ? "vulnerability" : "degradation",
    severity,
    title: finding.title,
    text: `The rule ${finding.rule} found it: finding ${finding.id}.${aboutOf(finding)}`,
    environment,
    component: finding.component,
    by: millwright,
    source: "rule",
    key: `finding/${finding.id}`,
  };
}

/** By these names another finding about the same certificate is known to have the same cause. */
function aboutOf({ message = "", certificates = [] }: CriticalFinding): string {
  return certificates.length === 0 ? "" : ` ${message} It is about ${certificates.join(", ")}.`;
}

/**
 * Opens what a rule found. One about a certificate that has an incident in its environment already is the same trouble seen
 * from elsewhere: a note there, which calls people only where it is worse, or where that incident counted as resolved.
 */
export async function openFound(
  store: Store,
  ports: IncidentPorts,
  now: Instant,
  wanted: NewIncident,
  certificates: readonly string[],
): Promise<Incident> {
  return store.transaction(async (part) => {
    const environment = wanted.environment ?? "";
    if (certificates.length > 0) await holdCauses(part, environment);
    const there = await incidentAbout(part, environment, certificates);
    if (there === undefined || there.key === wanted.key) return openIncident(part, ports, now, wanted);
    const text = `The same cause: ${wanted.title}. ${wanted.text}`;
    await addEvent(part, there.id, { at: now, kind: "note", actor: wanted.by, text });
    return openIncident(part, ports, now, { ...wanted, key: there.key });
  });
}

export interface FailedProbe {
  readonly probe: string;
  readonly component: string;
  readonly environment: string | undefined;
  /** What came back. */
  readonly reason: string;
  readonly since: Instant;
  /** Whether nothing of the component answers. */
  readonly down: boolean;
}

/** The incident that a failed probe is. Whether it failed often enough is for whoever probes to say. */
export function incidentOfProbe(failed: FailedProbe, production: readonly string[]): NewIncident {
  const { environment, component, down } = failed;
  const counts = environment !== undefined && production.includes(environment);
  return {
    kind: down ? "outage" : "degradation",
    severity: severityOfProbe(counts, down),
    title: `${component}: ${down ? "down" : `${failed.probe} fails`}`,
    text: failed.reason,
    environment,
    component,
    beganAt: failed.since,
    by: millwright,
    source: "probe",
    key: `probe/${environment ?? ""}/${component}/${failed.probe}`,
  };
}

function severityOfProbe(production: boolean, down: boolean): IncidentSeverity {
  if (production) return down ? "critical" : "high";
  return down ? "medium" : "low";
}
