import { basename } from "node:path";
import { sweepSessions } from "../access/sessions.ts";
import { openOrders } from "../calendar/store.ts";
import { type StillOpen, sweepEndedRuns } from "../engine/store-sweep.ts";
import { observeConfiguration } from "../findings/observe-configuration.ts";
import { dropClosedFindings } from "../findings/store-record.ts";
import { openIncidents } from "../incidents/store.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { sweepNotices } from "../notices/sweep.ts";
import { ServerConfig } from "../platform/server-config.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "../worker/job.ts";
import { sweepKeys } from "./idempotency.ts";
import type { ServePorts } from "./serve-ports.ts";
import type { Up } from "./serve-up.ts";

/** Nothing that was sent is looked up any later. */
const noticesDays = 90;
const day = 86_400_000;

interface OfServer extends Pick<Up, "config" | "live" | "log"> {
  readonly ports: Pick<ServePorts, "record">;
}

/** What a server does for itself, besides its capabilities. */
export function ownJobs(up: OfServer): readonly Job[] {
  return [
    {
      id: "sweep",
      everySeconds: 3600,
      timeoutSeconds: 300,
      async run({ store, now }) {
        await sweepSessions(store, now);
        await sweepKeys(store, now);
      },
    },
    {
      id: "retention",
      everySeconds: 86_400,
      timeoutSeconds: 1800,
      async run({ store, now, signal }) {
        await dropClosedFindings(store, daysBefore(now, up.config().retention.closedFindingsDays));
        while (!signal.aborted && (await sweepNotices(store, now, noticesDays)) > 0);
      },
    },
    runsJob(up),
    configurationJob(up.live),
  ];
}

/** Runs are forgotten after their time, but not unseen: the log and the journal say how many. */
function runsJob({ config, ports, log }: OfServer): Job {
  return {
    id: "retention-runs",
    everySeconds: 86_400,
    timeoutSeconds: 1800,
    async run({ store, now, signal }) {
      const { runsDays } = config().retention;
      const sweep = { now, endedBefore: daysBefore(now, runsDays), stillOpen, record: ports.record };
      let removed = 0;
      for (let count = -1; count !== 0 && !signal.aborted; removed += count) count = await sweepEndedRuns(store, sweep);
      if (removed > 0)
        log({ level: "info", message: `removed ${removed} runs that ended more than ${runsDays} days ago` });
    },
  };
}

async function stillOpen(part: Store): Promise<StillOpen> {
  const orders = await openOrders(part);
  return {
    runs: orders.flatMap(({ run_id }) => run_id ?? []),
    workOrders: orders.map(({ id }) => id),
    incidents: (await openIncidents(part)).map(String),
  };
}

/** An invalid file of the server is a finding until it is right again; the last valid one stays in force meanwhile. */
function configurationJob(live: Pick<Up["live"], "file">): Job {
  let seen: string | undefined;
  return {
    id: "server-configuration",
    everySeconds: 60,
    timeoutSeconds: 60,
    async run({ store, now }) {
      const { file } = live;
      const text = file?.text ?? "";
      if (file === undefined || text === seen) return;
      const wanted = { schema: ServerConfig, source: "configuration:server", name: basename(file.name) };
      await observeConfiguration(store, { ...wanted, text: file.text }, now);
      seen = text;
    },
  };
}

function daysBefore(now: Instant, days: number): Instant {
  return instantOf(Date.parse(now) - days * day);
}
