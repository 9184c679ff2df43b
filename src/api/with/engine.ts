import { drillActions } from "../../backups/drill/actions.ts";
import { drillProcedures } from "../../backups/drill/procedure.ts";
import { restoreActions } from "../../backups/restore/actions.ts";
import { restoreProcedures } from "../../backups/restore/procedure.ts";
import { backupActions } from "../../backups/server/actions.ts";
import { receiptGate } from "../../backups/server/gate.ts";
import { backupProcedures } from "../../backups/server/procedures.ts";
import type { CompiledCalendar } from "../../calendar/compiled.ts";
import type { CalendarService } from "../../calendar/service.ts";
import { nextOpening, openAt } from "../../calendar/time-line.ts";
import { procedures } from "../../engine/procedures/index.ts";
import { enginePolicy } from "../../engine/routes.ts";
import type { EnginePolicy } from "../../engine/start-run.ts";
import { startEngine } from "../../engine/worker.ts";
import { canaryActions } from "../../health/canary/actions.ts";
import { suiteActions } from "../../health/suite.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { redactUrls } from "../../kernel/url.ts";
import { seldom } from "../seldom.ts";
import { provide } from "../services.ts";
import { askNowOf } from "./ask-now.ts";
import { backupsBinding } from "./backups-binding.ts";
import { openCanaryOf } from "./canary.ts";
import type { Building, Capability } from "./capability.ts";
import { eyesOf, Reach } from "./reach.ts";
import { reconcile } from "./restored.ts";

/** The engine's own, and those of capabilities. */
const known = [...procedures, ...backupProcedures, ...restoreProcedures, ...drillProcedures];

/** Where people try things: nobody is asked before a run there. */
const free = new Set(["local", "development"]);
const concurrency = 4;
/** An environment, a mode or a credential that is new is soon worked with. */
const refreshMillis = 10_000;

/** Runs of procedures: who agrees to them, what may be run, and the worker that does the steps. */
export function engineOf(building: Building, calendar: CalendarService): Capability {
  const policy = policyOf(building, calendar);
  return {
    provided: [provide(enginePolicy, policy)],
    begin: () => begin(building, calendar),
  };
}

/** What may be run in which mode, and who is asked. */
export function policyOf(building: Building, calendar: CalendarService): EnginePolicy {
  const { parts } = building;
  const secondPerson = (environment: string): boolean =>
    [...building.platform().policy.secondPerson, ...parts.config().secondPerson].includes(environment);
  return {
    get mode() {
      return parts.mode();
    },
    procedures: known,
    environments: () => [...calendar.compiled(parts.clock.now()).environments.keys()],
    approval: (environment) => secondPerson(environment) || !free.has(environment),
    secondPerson,
    receipts: (environment) =>
      parts.config().backups.environments.some((one) => one.environment === environment && one.demandReceipts),
  };
}

/** Takes up runs in this process, with the credentials of its environments alone. */
async function begin(building: Building, calendar: CalendarService) {
  const { parts, ports } = building;
  const { store, clock, log } = parts;
  const wanted = ports.environments.length > 0 ? ports.environments : parts.config().workers.environments;
  const mine = wanted.length > 0 ? wanted : undefined;
  const environments = () => mine ?? [...calendar.compiled(clock.now()).environments.keys()];
  const backups = backupsBinding(building);
  const more = [
    ...suiteActions(askNowOf(building)),
    ...canaryActions(openCanaryOf(building)),
    ...backupActions(backups),
    ...restoreActions(backups),
    ...drillActions(backups),
  ];
  const reach = new Reach({ parts, ports, more }, environments);
  await reach.refresh();
  if (parts.accepted !== undefined) {
    const eyes = eyesOf({ parts, ports }, environments);
    await eyes.refresh();
    await reconcile({ parts, ports }, eyes);
  }
  const versions = new Set(known.map(({ id, version }) => `${id}@${version}`));
  const refreshing = setInterval(() => void reach.refresh(), refreshMillis);
  const engine = await startEngine({
    store,
    url: withIdleLimit(parts.databaseUrl),
    version: ports.version,
    environments: mine,
    concurrency,
    registry: (environment) => reach.registry(environment),
    knows: (procedure) => versions.has(procedure),
    window: async (environment, seconds, now) => windowOf(calendar.compiled(now), environment, seconds, now),
    receipts: receiptGate(backups),
    stopped: () => whyNot(parts),
    redact: redactUrls,
    record: ports.record,
    notify: ports.notify,
    now: () => clock.now(),
    retryMs: 1000,
    monotonic: ports.monotonic,
    log: seldom((message) => log({ level: "warning", message }), ports.monotonic),
  });
  return {
    async close() {
      clearInterval(refreshing);
      await engine.close();
    },
  };
}

/** Why nothing may be changed outside now, whatever was begun before. */
function whyNot({ config, mode }: Building["parts"]): string | undefined {
  if (config().stopped) return "the emergency stop of the server's configuration";
  return mode() === "act" ? undefined : `this server does not act (mode: ${mode()})`;
}

/**
 * The queue would set this on each new connection while its first statement is already under way, which `pg` warns of; given in
 * the URL, the connection begins with it.
 */
function withIdleLimit(url: string): string {
  const full = new URL(url);
  const limit = "-c idle_in_transaction_session_timeout=60000";
  const given = full.searchParams.get("options");
  full.searchParams.set("options", given === null ? limit : `${given} ${limit}`);
  return full.href;
}

/** Whether an environment's windows leave enough time now, or when they will. */
function windowOf(calendar: CompiledCalendar, environment: string, seconds: number, now: Instant) {
  const at = Date.parse(now);
  const lines = calendar.environments.get(environment)?.windows ?? [];
  if (lines.some(({ line }) => (openAt(line, at)?.until ?? 0) - at >= seconds * 1000)) return { kind: "open" as const };
  const next = lines.flatMap(({ line }) => nextOpening(line, at)?.from ?? []).toSorted((a, b) => a - b)[0];
  const why =
    lines.length === 0
      ? `${environment} has no window`
      : `no window of ${environment} is open that leaves ${Math.ceil(seconds / 60)} minutes`;
  return { kind: "closed" as const, opensAt: next === undefined ? undefined : instantOf(next), why };
}
