import { type CalendarInForce, calendarKey, calendarService } from "../calendar/service.ts";
import { tick } from "../calendar/tick.ts";
import { signerOf } from "../journal/anchor.ts";
import { journalService } from "../journal/routes.ts";
import { defaultConfig } from "../platform/config.ts";
import { journalReportAsHtml } from "../reports/journal-report.ts";
import type { Job } from "../worker/job.ts";
import { configInForce } from "../worker/reread.ts";
import { routes } from "./routes.ts";
import type { Capabilities, ServePorts, ServerParts } from "./serve-ports.ts";
import { provide } from "./services.ts";

/** What the calendar goes by is read again so often: a changed `millwright.yaml` then holds in every process. */
const lookEveryMillis = 10_000;

/** Puts the capabilities together: their routes, what those ask for, and their periodic jobs. */
export function capabilitiesWith(ports: Pick<ServePorts, "record" | "notify">) {
  return async (parts: ServerParts): Promise<Capabilities> => {
    const { store, config, useSecret, log } = parts;
    let inForce: CalendarInForce["config"] = defaultConfig;
    const look = async (): Promise<void> => {
      const [first] = config().repositories;
      if (first !== undefined) inForce = await configInForce(store, first.name);
    };
    await look();
    const looking = setInterval(() => {
      look().catch(() => undefined);
    }, lookEveryMillis);
    const stop = () => (config().stopped ? { reason: "the emergency stop of the server's configuration" } : undefined);
    const calendar = calendarService(() => ({ config: inForce, freezes: [], stop: stop() }));
    const { signingKey } = config().journal;
    const signer = signingKey === undefined ? undefined : signerOf(await useSecret(signingKey, "signing the journal"));
    const deciding: Job = {
      id: "calendar",
      everySeconds: 60,
      timeoutSeconds: 120,
      async run({ store: own, now }) {
        await look();
        const input = { calendar: calendar.compiled(now), stop: stop(), findings: undefined };
        const decisions = await tick(own, input, now, ports.record, ports.notify);
        if (decisions.length > 0) log({ level: "info", message: `calendar: ${decisions.length} decisions` });
      },
    };
    return {
      routes,
      provided: [
        provide(calendarKey, calendar),
        provide(journalService, { signer, reportAsHtml: journalReportAsHtml }),
      ],
      jobs: [deciding],
      async close() {
        clearInterval(looking);
      },
    };
  };
}
