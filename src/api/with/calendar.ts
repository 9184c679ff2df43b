import { isChange } from "../../calendar/decision.ts";
import { beginRun, settleRuns } from "../../calendar/runs.ts";
import { type CalendarService, calendarKey, calendarService } from "../../calendar/service.ts";
import type { FindingToPlan } from "../../calendar/state.ts";
import { type TickInput, tick } from "../../calendar/tick.ts";
import { listSources } from "../../findings/store-inventory.ts";
import { listFindings } from "../../findings/store-read.ts";
import type { Store } from "../../store/store.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";
import { policyOf } from "./engine.ts";

/** So many findings at most become work orders by themselves: more are no plan any more. */
const mostFindings = 500;
/** The same list each time: with another one the calendar would be compiled anew at every call. */
const noFreezes: readonly never[] = [];

/** The calendar: what is due, when it may be done, and the tick that decides. */
export function calendarOf(building: Building): Capability & { readonly calendar: CalendarService } {
  const { parts, ports, platform, look } = building;
  const stop = () =>
    parts.config().stopped ? { reason: "the emergency stop of the server's configuration" } : undefined;
  const calendar = calendarService(() => ({ config: platform(), freezes: noFreezes, stop: stop() }));
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

/** The open findings that cannot wait for somebody to plan them; undefined while nothing was looked at yet. */
async function findingsToPlan(store: Store): Promise<readonly FindingToPlan[] | undefined> {
  if ((await listSources(store)).length === 0) return undefined;
  const pages = await Promise.all(
    (["critical", "high"] as const).map((severity) =>
      listFindings(store, { state: "open", severity, visible: undefined }, { after: undefined, limit: mostFindings }),
    ),
  );
  return pages.flat().map((row) => ({
    id: row.id,
    rule: row.rule,
    title: `${row.title}: ${row.subject}`,
    severity: row.severity,
    environment: row.environment ?? undefined,
    component: undefined,
    since: Date.parse(row.first_seen_at),
  }));
}
