import { testNow } from "../../src/api/test-support.ts";
import { calendarService } from "../../src/calendar/service.ts";
import { tick } from "../../src/calendar/tick.ts";
import { hour } from "../../src/calendar/zone.ts";
import { instantOf } from "../../src/kernel/instant.ts";
import { defaultConfig } from "../../src/platform/config.ts";
import type { Store } from "../../src/store/store.ts";

/** The calendar looks two hours ago and now: what comes each day is due. */
export async function makeDutiesDue(store: Store): Promise<void> {
  const service = calendarService(() => ({
    config: { ...defaultConfig, environments: [{ name: "staging" }, { name: "production" }] },
    stop: undefined,
  }));
  const silent = async (): Promise<void> => undefined;
  for (const at of [instantOf(Date.parse(testNow) - 2 * hour), testNow]) {
    const calendar = service.compiled(at);
    await tick(store, { calendar, stop: undefined, findings: undefined }, at, silent, silent);
  }
}
