import type { Instant } from "../kernel/instant.ts";
import type { Hold } from "../platform/hold.ts";
import { asJson, type Store } from "../store/store.ts";
import type { TakenAlert } from "./alertmanager.ts";
import type { IncidentTables } from "./store.ts";

/*
 * Alerts about what the fence of a backup or a restore holds down. That is planned: they are kept and seen, and open no incident for
 * as long as the hold lives. One that fires then still opens its incident.
 */

/** An alert that fires, and waits for the end of a hold. */
export interface HeldAlert {
  /** Of the incident that it would open. */
  readonly key: string;
  readonly environment: string;
  readonly component: string;
  readonly by: string;
  readonly alert: TakenAlert;
  readonly heldAt: Instant;
}

/** Labels that name a workload, as kube-state-metrics gives them (its docs/metrics/workload). */
const kinds = ["deployment", "statefulset", "daemonset"] as const;

/** What nothing that is held down brings about. */
const neverPlanned: ReadonlySet<TakenAlert["kind"]> = new Set(["vulnerability", "breach"]);

/**
 * What holds down what an alert is about, by the environment and component that incidents know it by; undefined: nothing does, it
 * does not fire, it is no reason for an incident, or it is about what somebody may do to us.
 */
export function holdBehind(alert: TakenAlert, holds: readonly Hold[]): Hold | undefined {
  if (alert.status === "resolved" || alert.severity === undefined || neverPlanned.has(alert.kind)) return undefined;
  return holds.find(
    ({ environment, component, workload }) =>
      environment === alert.environment && component === alert.component && !isAboutAnother(alert, component, workload),
  );
}

/** Whether its labels name a workload of the component, and not this one. Most name none: then any may be meant. */
function isAboutAnother({ labels }: TakenAlert, component: string, workload: string): boolean {
  const [kind = "", place = ""] = workload.split(" ");
  const [namespace = "", name = ""] = place.split("/");
  const named = kinds.find((one) => (labels[one] ?? "") !== "");
  // A pod that is not called after the component may be whatever asked it.
  const { pod = "" } = labels;
  if (named === undefined) return pod.startsWith(`${component}-`) && !pod.startsWith(`${name}-`);
  const at = labels["namespace"] ?? namespace;
  return `${named} ${at}/${labels[named]}` !== `${kind} ${namespace}/${name}`;
}

export async function keepHeld(store: Store, key: string, alert: TakenAlert, hold: Hold, now: Instant) {
  const { environment, component, by } = hold;
  await store
    .tables<IncidentTables>()
    .insertInto("held_alerts")
    .values({
      fingerprint: alert.fingerprint,
      source_key: key,
      environment,
      component,
      by,
      alert: asJson(alert),
      held_at: now,
    })
    .onConflict((conflict) => conflict.column("fingerprint").doUpdateSet({ by, alert: asJson(alert) }))
    .execute();
}

export async function forgetHeld(store: Store, fingerprint: string): Promise<void> {
  await store.tables<IncidentTables>().deleteFrom("held_alerts").where("fingerprint", "=", fingerprint).execute();
}

/** Those that wait, the oldest first; `environments` left out: of all. */
export async function heldAlerts(
  store: Store,
  filter: { readonly environments?: readonly string[] | undefined; readonly limit?: number | undefined } = {},
): Promise<readonly HeldAlert[]> {
  const { environments, limit } = filter;
  let query = store
    .tables<IncidentTables>()
    .selectFrom("held_alerts")
    .selectAll()
    .orderBy("held_at")
    .orderBy("fingerprint");
  if (environments !== undefined)
    query = query.where("environment", "in", environments.length === 0 ? [""] : [...environments]);
  const rows = await (limit === undefined ? query : query.limit(limit)).execute();
  return rows.map(({ source_key: key, environment, component, by, alert, held_at: heldAt }) => ({
    key,
    environment,
    component,
    by,
    alert,
    heldAt,
  }));
}
