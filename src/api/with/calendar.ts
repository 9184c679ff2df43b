import { isChange } from "../../calendar/decision.ts";
import { beginRun, settleRuns } from "../../calendar/runs.ts";
import { type CalendarService, calendarKey, calendarService, type OfferedProcedure } from "../../calendar/service.ts";
import type { FindingToPlan } from "../../calendar/state.ts";
import { type TickInput, tick } from "../../calendar/tick.ts";
import type { WorkOrder } from "../../calendar/work-order.ts";
import { listSources } from "../../findings/store-inventory.ts";
import { type FindingRow, listFindings, readFinding } from "../../findings/store-read.ts";
import { idOf } from "../../kernel/digest.ts";
import type { Instant } from "../../kernel/instant.ts";
import { type GatePolicy, offerFor } from "../../live/offer.ts";
import type { Store } from "../../store/store.ts";
import type { Severity } from "../../systems/contract.ts";
import { requestJob } from "../../worker/store.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";
import { policyOf } from "./engine.ts";

/** Findings are read in pages of so many; what is not read would look closed. */
const pageOfFindings = 1000;
/** The same list each time: with another one the calendar would be compiled anew at every call. */
const noFreezes: readonly never[] = [];

/** The calendar: what is due, when it may be done, and the tick that decides. */
export function calendarOf(building: Building): Capability & { readonly calendar: CalendarService } {
  const { parts, ports, platform, look } = building;
  const stop = () =>
    parts.config().stopped ? { reason: "the emergency stop of the server's configuration" } : undefined;
  const calendar = calendarService(
    () => ({ config: platform(), freezes: noFreezes, stop: stop() }),
    (store, order) => offerOfOrder(store, order, parts.config().gates),
    hurry,
  );
  const running = { policy: policyOf(building, calendar), record: ports.record, notify: ports.notify };
  return {
    calendar,
    provided: [provide(calendarKey, calendar)],
    jobs: [
      {
        id: "calendar",
        everySeconds: 60,
        timeoutSeconds: 120,
        async run({ store, now }) {
          await look();
          await settleRuns(store, now, ports.record);
          const input: TickInput = {
            calendar: calendar.compiled(now),
            stop: stop(),
            findings: await findingsToPlan(store),
            begin: (part, order, room) => beginRun(part, running, now, order, room),
          };
          const decisions = await tick(store, input, now, ports.record, ports.notify);
          // That most orders still wait is no news of every minute.
          const news = decisions.filter(isChange).length;
          if (news > 0) parts.log({ level: "info", message: `the calendar decided ${news} things` });
        },
      },
    ],
  };
}

async function hurry(store: Store, now: Instant): Promise<void> {
  await requestJob(store, now, "calendar");
}

/** What mends the finding that a work order is for. */
async function offerOfOrder(
  store: Store,
  { origin }: WorkOrder,
  gate: GatePolicy,
): Promise<OfferedProcedure | undefined> {
  if (origin.kind !== "finding") return undefined;
  const found = await readFinding(store, origin.finding);
  if (found === undefined) return undefined;
  const { rule, environment, subject } = found.row;
  return offerFor(store, { rule, environment: environment ?? undefined, subject }, gate);
}

/** The open findings that cannot wait for somebody to plan them; undefined while nothing was looked at yet. */
async function findingsToPlan(store: Store): Promise<readonly FindingToPlan[] | undefined> {
  if ((await listSources(store)).length === 0) return undefined;
  const rows = [...(await allFindings(store, "critical")), ...(await allFindings(store, "high"))];
  return rows.map((row) => ({
    id: row.id,
    rule: row.rule,
    title: `${row.title}: ${row.subject}`,
    severity: row.severity,
    environment: row.environment ?? undefined,
    component: undefined,
    since: Date.parse(row.first_seen_at),
    together: togetherOf(row),
  }));
}

async function allFindings(store: Store, severity: Severity): Promise<readonly FindingRow[]> {
  const all: FindingRow[] = [];
  for (let after: readonly [number, string] | undefined; ; ) {
    const filter = { state: "open", severity, visible: undefined } as const;
    const rows = await listFindings(store, filter, { after, limit: pageOfFindings });
    const last = rows.at(pageOfFindings - 1);
    all.push(...rows.slice(0, pageOfFindings));
    if (rows.length <= pageOfFindings || last === undefined) return all;
    after = [last.urgency, last.id];
  }
}

/**
 * Whoever mends one finding of a rule in an environment mends the others of it in the same change; what shows at a component or an
 * Application is that one's work. So a thousand findings are a handful of work orders.
 */
function togetherOf({ rule, environment, subject, title }: FindingRow): {
  readonly key: string;
  readonly title: string;
} {
  const own = /^(?:component|application)\//.test(subject);
  const place = environment === null ? "" : ` in ${environment}`;
  return own
    ? { key: idOf(["together", rule, environment ?? "", subject]), title: `${title}: ${subject}${place}` }
    : { key: idOf(["together", rule, environment ?? ""]), title: `${title}${place}` };
}
