import { sql } from "kysely";
import { systemClock } from "../src/edge/clock.ts";
import { openKubeWriter } from "../src/edge/kube.ts";
import { type Registry, registryOf } from "../src/engine/action.ts";
import { actionsOf } from "../src/engine/actions/index.ts";
import { startEngine } from "../src/engine/worker.ts";
import { openStore } from "../src/store/store.ts";
import { blinded, ledgerActions } from "./actions.ts";

/* A worker process that is there to be killed. Its journal and notices are plain tables, so that they can be counted. */

const { CHAOS_DATABASE: url = "", CHAOS_LEDGER: ledger = "", CHAOS_KUBECONFIG: kubeconfig } = process.env;
const blind = process.env["CHAOS_BLIND"] === "1";
const store = openStore({ url, applicationName: "chaos-worker", poolSize: 4 });
const registry = kubeconfig === undefined ? ledgerActions(ledger, blind) : kubeActions(kubeconfig);

/** The actions as they are shipped, with the credentials of one account. */
function kubeActions(file: string): Registry {
  const kube = openKubeWriter({ kubeconfig: file, userAgent: "millwright/chaos", timeoutMs: 5000 });
  const actions = actionsOf({ kube, notify: async () => undefined });
  return blind ? registryOf([...actions.values()].map(blinded)) : actions;
}

const engine = await startEngine({
  url,
  version: "chaos",
  store,
  environments: ["chaos"],
  concurrency: 8,
  registry: () => registry,
  knows: () => true,
  window: async () => ({ kind: "open" }),
  stopped: () => undefined,
  redact: (text) => text,
  record: async (part, draft) => {
    await sql`insert into chaos_journal (run_id, task) values (${draft.links?.["run"]}, ${draft.task})`.execute(
      part.tables(),
    );
  },
  notify: async (part, draft) => {
    await sql`insert into chaos_notices (key) values (${draft.key})`.execute(part.tables());
  },
  now: () => systemClock.now(),
  monotonic: () => performance.now(),
  retryMs: 50,
  log: (line) => void process.stderr.write(`${line}\n`),
  timing: { beatMs: 200, deadAfterSeconds: 2, sweepMs: 100, pollMs: 50, lostAfterSeconds: 5 },
});
process.stdout.write("ready\n");
process.once("SIGTERM", () => {
  void engine
    .close()
    .then(() => store.close())
    .then(() => process.exit(0));
});
