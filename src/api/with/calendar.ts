import { isChange } from "../../calendar/decision.ts";
import { beginRun, settleRuns } from "../../calendar/runs.ts";
import { type CalendarService, calendarKey, calendarService, type OfferedProcedure } from "../../calendar/service.ts";
import type { FindingToPlan } from "../../calendar/state.ts";
import { type TickInput, tick } from "../../calendar/tick.ts";
import type { WorkOrder } from "../../calendar/work-order.ts";
import { listSources } from "../../findings/store-inventory.ts";
import { openOutlines, readFinding } from "../../findings/store-read.ts";
import { isOwnWork, type Together, togetherOf } from "../../findings/work.ts";
import type { Instant } from "../../kernel/instant.ts";
import { type GatePolicy, offerFor } from "../../live/offer.ts";
import type { Store } from "../../store/store.ts";
import { requestJob } from "../../worker/store.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";
import { policyOf } from "./engine.ts";

const findingsAtOnce = 2000;

/** The calendar: what is due, when it may be done, and the tick that decides. */
export function calendarOf(building: Building): Capability & { readonly calendar: CalendarService } {
  const { parts, ports, platform, look } = building;
  const stop = () =>
    parts.config().stopped ? { reason: "the emergency stop of the server's configuration" } : undefined;
  const calendar = calendarService(
    () => ({ config: platform(), stop: stop() }),
    (store, order) => offerOfOrder(store, order, parts.config().gates),
    hurry,
    workOfFinding,
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

/** Under what the work on a finding goes; undefined: there is no such finding. */
async function workOfFinding(store: Store, finding: string): Promise<string | undefined> {
  const found = await readFinding(store, finding);
  return found === undefined ? undefined : togetherOf(found.row).key;
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
  const all: FindingToPlan[] = [];
  // One object for all that is mended together, however many there are.
  const works = new Map<string, Together>();
  for await (const rows of openOutlines(store, ["critical", "high"], findingsAtOnce))
    for (const { id, rule, title, subject, severity, environment, first_seen_at } of rows) {
      const place = isOwnWork(subject) ? subject : "";
      const key = `${rule}\n${environment ?? ""}\n${place}`;
      const together = works.get(key) ?? togetherOf({ rule, environment, subject, title });
      works.set(key, together);
      all.push({
        id,
        rule,
        title: `${title}: ${subject}`,
        severity,
        environment: environment ?? undefined,
        component: undefined,
        since: Date.parse(first_seen_at),
        together,
      });
    }
  return all;
}
