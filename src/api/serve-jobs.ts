import { basename } from "node:path";
import { sweepSessions } from "../access/sessions.ts";
import { observeConfiguration } from "../findings/observe-configuration.ts";
import { dropClosedFindings } from "../findings/store-record.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { sweepNotices } from "../notices/sweep.ts";
import { ServerConfig } from "../platform/server-config.ts";
import type { Job } from "../worker/job.ts";
import { sweepKeys } from "./idempotency.ts";
import type { Up } from "./serve-up.ts";

/** Nothing that was sent is looked up any later. */
const noticesDays = 90;
const day = 86_400_000;

/** What a server does for itself, besides its capabilities. */
export function ownJobs(up: Pick<Up, "config" | "live">): readonly Job[] {
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
    configurationJob(up.live),
  ];
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
