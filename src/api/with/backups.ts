import { completeByDrills } from "../../backups/drill/duty.ts";
import type { Calls } from "../../backups/server/calls.ts";
import { type BackupsBinding, callsFor, storeNames } from "../../backups/server/config.ts";
import { readReports } from "../../backups/server/drills.ts";
import { type Starting, startDueBackups, startDueCheck, startDueDrills } from "../../backups/server/due.ts";
import { startDueRemoval } from "../../backups/server/due-removal.ts";
import { completeByProofs } from "../../backups/server/evidence.ts";
import { lookAtForeign } from "../../backups/server/foreign.ts";
import { type ExpectedStore, expectedStores } from "../../backups/server/forgotten.ts";
import { lookOfState } from "../../backups/server/look.ts";
import { keepListed, keepUnlooked } from "../../backups/server/mirror.ts";
import { heldBackups, knownBackups } from "../../backups/server/read.ts";
import { readRemovals } from "../../backups/server/removals.ts";
import { backupRules } from "../../backups/server/rules.ts";
import { lookAtSecond } from "../../backups/server/second.ts";
import { backupService, backupsKey } from "../../backups/server/service.ts";
import { keepSize } from "../../backups/server/sizes.ts";
import { type BackupState, backupState, undeclaredState } from "../../backups/server/state.ts";
import { supersedeFailed } from "../../backups/server/supersede.ts";
import type { CalendarService } from "../../calendar/service.ts";
import { recordNews } from "../../findings/observe.ts";
import { listComponents, listSources } from "../../findings/store-inventory.ts";
import { forgetSource } from "../../findings/store-record.ts";
import type { NewIncident } from "../../incidents/open.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { holdersSeen } from "../../observations/held.ts";
import { millwright } from "../../platform/actor.ts";
import { conventionalName } from "../../platform/config.ts";
import type { Backups } from "../../platform/server-backups.ts";
import { drillAsHtml } from "../../reports/backup/drill-html.ts";
import type { Store } from "../../store/store.ts";
import type { Finding } from "../../systems/contract.ts";
import type { Job } from "../../worker/job.ts";
import { provide } from "../services.ts";
import { backupsBinding } from "./backups-binding.ts";
import type { Building, Capability } from "./capability.ts";
import { policyOf } from "./engine.ts";
import type { Trouble } from "./incidents.ts";

type Declared = Backups["environments"][number];

interface With {
  readonly calendar: CalendarService;
  readonly trouble: Trouble;
}

const mostFound = 5000;

const incidents: ReadonlySet<string> = new Set(backupRules.filter(({ incident }) => incident).map(({ id }) => id));

/** Backups: looked at every minute, taken and checked when their time has come, and told of when they are no good. */
export function backupsOf(building: Building, others: With): Capability {
  const binding = backupsBinding(building);
  const about = async (store: Store, environment: string, now: Instant) => ({
    production: isProduction(environment),
    expected: await expectedIn(building, store, environment),
    now,
    receiptHours: binding.config().receiptHours,
  });
  const stateOf = async (store: Store, declared: Declared, now: Instant): Promise<BackupState> =>
    backupState(store, declared, await about(store, declared.environment, now));
  const undeclared = (store: Store, now: Instant): Promise<readonly BackupState[]> =>
    Promise.all(
      undeclaredOf(building, binding.config().environments).map(async (environment) =>
        undeclaredState(environment, await about(store, environment, now)),
      ),
    );
  return {
    provided: [provide(backupsKey, backupService(binding, { stateOf, undeclared }, drillAsHtml))],
    jobs: [
      {
        id: "backups",
        everySeconds: 60,
        timeoutSeconds: 300,
        async run({ store, now, signal }) {
          const { environments } = binding.config();
          const bare = await undeclared(store, now);
          await forgetOthers(
            store,
            [...environments, ...bare].map(({ environment }) => environment),
            now,
          );
          for (const state of bare) await judge(building, others, { store, now, state });
          for (const declared of environments) {
            if (signal.aborted) return;
            await look(store, declared, now, callsFor(binding, declared.environment, signal));
            await judge(building, others, { store, now, state: await stateOf(store, declared, now) });
            const starting = { policy: policyOf(building, others.calendar), record: building.ports.record };
            await begin(store, starting, declared, now);
          }
          const stores = environments
            .filter(({ environment }) => isProduction(environment))
            .flatMap((one) => storeNames(one).map((of) => ({ environment: one.environment, store: of })));
          await completeByProofs(store, others.calendar.compiled(now), stores, now, building.ports.record);
          const drilled = environments
            .filter(({ environment }) => isProduction(environment))
            .map(({ environment, second }) => ({ environment, hasSecond: second !== undefined }));
          await completeByDrills(store, others.calendar.compiled(now), drilled, now, building.ports.record);
        },
      },
      removals(building, others, binding),
    ],
  };
}

/** Whatever has to be asked of an environment's repositories, and of others' backups, at this tick. */
async function look(
  store: Store,
  { environment, foreign, second }: Declared,
  now: Instant,
  calls: Calls,
): Promise<void> {
  if (await mirror(store, environment, now, () => calls.list())) {
    await readReports(store, environment, now, (id) => calls.drill(id));
    await readRemovals(store, environment, now, (id) => calls.removal(id));
  }
  if ((await knownBackups(store, { environments: [environment], limit: 1 })).length > 0)
    await keepSize(store, environment, now, () => calls.size());
  if (second !== undefined) await lookAtSecond(store, environment, now, () => calls.second());
  if (foreign.length > 0) await lookAtForeign(store, environment, now, () => calls.foreign());
}

/** What is to go is asked of the repository, which may take long where it holds many: the looks at repositories do not wait for it. */
function removals(building: Building, { calendar }: With, binding: BackupsBinding): Job {
  return {
    id: "backup-removals",
    everySeconds: 600,
    timeoutSeconds: 3600,
    async run({ store, now, signal }) {
      for (const declared of binding.config().environments) {
        if (signal.aborted) return;
        const { environment } = declared;
        const held = await heldBackups(store, environment);
        const starting = { policy: policyOf(building, calendar), record: building.ports.record };
        const calls = callsFor(binding, environment, signal);
        // How much it frees is left to the run.
        await startDueRemoval(store, starting, declared, now, () => calls.showPrune(held, { quick: true }));
      }
    },
  };
}

/** Begins what is due, and ends what that takes the place of. */
async function begin(store: Store, starting: Starting, declared: Declared, now: Instant): Promise<void> {
  const { environment } = declared;
  await startDueBackups(store, starting, declared, now);
  await startDueCheck(store, starting, declared, now);
  await startDueDrills(store, starting, declared, now);
  const holders = await holdersSeen(store, environment, now);
  await supersedeFailed(store, { ...starting, holders }, environment, now);
}

/** Whether the repository answered. */
async function mirror(
  store: Store,
  environment: string,
  now: Instant,
  list: () => ReturnType<Calls["list"]>,
): Promise<boolean> {
  try {
    await keepListed(store, environment, await list(), now);
    return true;
  } catch (thrown) {
    // It does not answer, or cannot be opened: nothing is known of it now.
    if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
    await keepUnlooked(store, environment, messageOf(thrown), now);
    return false;
  }
}

/** Findings, and in the same transaction the incidents that some of them are. */
async function judge(
  building: Building,
  { trouble }: With,
  { store, now, state }: { readonly store: Store; readonly now: Instant; readonly state: BackupState },
): Promise<void> {
  const look = lookOfState(state, building.platform().suppress);
  const opened = async (part: Store, findings: readonly Finding[]): Promise<void> =>
    trouble(
      part,
      findings.filter(({ rule }) => incidents.has(rule)).map((one) => incidentOf(one, state)),
      now,
    );
  await recordNews(store, look, { id: sourceOf(state.environment) }, now, opened);
}

function incidentOf(
  { id, title, subject, message, rule }: Finding,
  { environment, production }: BackupState,
): NewIncident {
  return {
    kind: "degradation",
    severity: production ? "critical" : "high",
    title: `${title}: ${subject}`,
    text: `${message} The rule ${rule} found it: finding ${id}.`,
    environment,
    component: undefined,
    by: millwright,
    source: "rule",
    key: `finding/${id}`,
  };
}

/** Where people try things, only what somebody named is missed. */
const free: ReadonlySet<string | undefined> = new Set(["local", "development"]);

async function expectedIn(
  { platform, parts, ports }: Building,
  store: Store,
  environment: string,
): Promise<readonly ExpectedStore[]> {
  const found = free.has(conventionalName(environment))
    ? []
    : await listComponents(store, { environment, visible: undefined }, { after: undefined, limit: mostFound });
  const { endpoints } = parts.config();
  return expectedStores(environment, { ...platform(), endpoints, systems: ports.probes.systems, found });
}

/** Environments of the platform of which no backups are declared. */
function undeclaredOf({ platform }: Building, declared: readonly Declared[]): readonly string[] {
  const known = new Set(declared.map(({ environment }) => environment));
  return platform()
    .environments.map(({ name }) => name)
    .filter((name) => !known.has(name));
}

/** Environments that are declared no more leave no findings behind. */
async function forgetOthers(store: Store, environments: readonly string[], now: Instant): Promise<void> {
  const mine = new Set(environments.map(sourceOf));
  for (const { source } of await listSources(store))
    if (source.startsWith("backups:") && !mine.has(source))
      await forgetSource(store, source, "the server's configuration", now);
}

function isProduction(environment: string): boolean {
  return conventionalName(environment) === "production";
}

function sourceOf(environment: string): string {
  return `backups:${environment}`;
}
