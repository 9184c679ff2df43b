import { defaultConfig, type PlatformConfig } from "../platform/config.ts";
import { configInForce } from "../worker/reread.ts";
import { routes } from "./routes.ts";
import type { Capabilities, ServerParts } from "./serve-ports.ts";
import { backupsOf } from "./with/backups.ts";
import { calendarOf } from "./with/calendar.ts";
import type { Capability, CapabilityPorts } from "./with/capability.ts";
import { documentsOf } from "./with/documents.ts";
import { engineOf } from "./with/engine.ts";
import { forgeOf } from "./with/forge.ts";
import { incidentsOf } from "./with/incidents.ts";
import { journalOf } from "./with/journal.ts";
import { liveOf } from "./with/live.ts";
import { noticesOf } from "./with/notices.ts";
import { observationsOf } from "./with/observations.ts";
import { overviewOf } from "./with/overview.ts";
import { releasesOf } from "./with/releases.ts";

/** Whether another `millwright.yaml` is in force is looked at so often, so that it soon holds in every process. */
const lookEveryMillis = 10_000;

/** Puts the capabilities together: their routes, what those ask for, and their periodic jobs. A new one is a line here. */
export async function capabilities(parts: ServerParts, ports: CapabilityPorts): Promise<Capabilities> {
  let inForce: PlatformConfig = defaultConfig;
  let text = "";
  const look = async (): Promise<void> => {
    const [first] = parts.config().repositories;
    const found = first === undefined ? defaultConfig : await configInForce(parts.store, first.name);
    // The same object while nothing changed: what is made from it can be kept.
    if (JSON.stringify(found) === text) return;
    text = JSON.stringify(found);
    inForce = found;
  };
  await look();
  const looking = setInterval(() => {
    look().catch(() => undefined);
  }, lookEveryMillis);
  const building = { parts, ports, platform: () => inForce, look };
  const calendar = calendarOf(building);
  const incidents = incidentsOf(building);
  const all: readonly Capability[] = [
    calendar,
    await journalOf(building),
    noticesOf(building),
    releasesOf(building, ports.releases),
    forgeOf(building),
    incidents,
    observationsOf(building, incidents),
    liveOf(building, incidents.opened),
    backupsOf(building, { calendar: calendar.calendar, trouble: incidents.trouble }),
    engineOf(building, calendar.calendar),
    overviewOf(building),
    documentsOf(building),
  ];
  return {
    routes,
    given: () => [inForce, parts.config(), parts.mode()],
    provided: all.flatMap(({ provided }) => provided ?? []),
    jobs: all.flatMap(({ jobs }) => jobs ?? []),
    takeAlerts: all.find(({ takeAlerts }) => takeAlerts !== undefined)?.takeAlerts,
    takeFromPager: all.find(({ takeFromPager }) => takeFromPager !== undefined)?.takeFromPager,
    opened: all.find(({ opened }) => opened !== undefined)?.opened,
    async begin() {
      const begun: { close(): Promise<void> }[] = [];
      for (const { begin } of all) if (begin !== undefined) begun.push(await begin());
      return { close: async () => void (await Promise.all(begun.map((one) => one.close()))) };
    },
    async close() {
      clearInterval(looking);
    },
  };
}
