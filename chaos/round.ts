import { sql } from "kysely";
import { systemClock } from "../src/edge/clock.ts";
import { prepareLegQueue } from "../src/engine/dbos.ts";
import { migrate } from "../src/store/migrations/runner.ts";
import { openStore, type Store } from "../src/store/store.ts";
import { bundleWorker } from "./bundle.ts";
import { type CrashingServer, startCrashingServer } from "./cluster.ts";
import { People, persist } from "./drive.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { judge, type Verdict } from "./judge.ts";
import { kubernetesTarget } from "./kubernetes-target.ts";
import { ledgerTarget } from "./ledger-target.ts";
import { type Random, randomOf } from "./random.ts";

export type TargetName = "ledger" | "kubernetes";

export interface RoundOptions {
  readonly target: TargetName;
  readonly seed: number;
  /** It ends when so many kills were made… */
  readonly kills: number;
  /** …or after so long, whichever comes first. */
  readonly minutes: number;
  readonly workers: number;
  readonly logFile: string;
  /** Mean time between two kills. */
  readonly everyMs: number;
  /** Before it settles, the database is away for so long. */
  readonly awaySeconds?: number | undefined;
  /** The workers do not look whether a step was done already. */
  readonly blind?: boolean;
  readonly onProgress?: (line: string) => void;
}

export type Kill = "worker" | "connections" | "session" | "server" | "freeze";

export interface Round extends Verdict {
  readonly kills: Readonly<Record<Kill, number>>;
  readonly runs: number;
  /** What the target counted besides its effects. */
  readonly told: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** How long the last runs took to end once nothing was killed any more. */
  readonly settledSeconds: number;
}

/** One round: kill, let it settle, count. */
export async function playRound(options: RoundOptions): Promise<Round> {
  const random = randomOf(options.seed);
  const begun = performance.now();
  const server = await startCrashingServer();
  const store = openStore({ url: server.url, applicationName: "chaos", poolSize: 4 });
  const target = await (options.target === "ledger" ? ledgerTarget : kubernetesTarget)(options.seed + 1);
  try {
    await migrate(store, systemClock.now());
    await prepareLegQueue(server.url);
    await sql`create table chaos_journal (run_id text, task text)`.execute(store.tables());
    await sql`create table chaos_notices (key text)`.execute(store.tables());
    const worker = await bundleWorker();
    const fleet = startFleet({
      size: options.workers,
      script: worker.file,
      env: {
        CHAOS_DATABASE: server.url,
        ...target.env,
        CHAOS_BLIND: options.blind === true ? "1" : "",
      },
      logFile: options.logFile,
    });
    const people = new People(store, random, target);
    try {
      const kills = await rage(options, random, { server, store, fleet, people });
      if (options.awaySeconds !== undefined) await server.crash(options.awaySeconds * 1000);
      const settling = performance.now();
      await settle(people);
      const verdict = await persist(() => judge(store, target, people.started));
      const seconds = (performance.now() - begun) / 1000;
      const settledSeconds = (performance.now() - settling) / 1000;
      return { ...verdict, kills, runs: people.started.length, told: target.told(), seconds, settledSeconds };
    } finally {
      await fleet.close();
      worker.remove();
    }
  } finally {
    target.close();
    await store.close();
    await server.stop();
  }
}

interface Stage {
  readonly server: CrashingServer;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly people: People;
}

async function rage(options: RoundOptions, random: Random, stage: Stage): Promise<Record<Kill, number>> {
  const kills: Record<Kill, number> = { worker: 0, connections: 0, session: 0, server: 0, freeze: 0 };
  const until = performance.now() + options.minutes * 60_000;
  const total = (): number => Object.values(kills).reduce((sum, count) => sum + count, 0);
  let crowd = Promise.resolve();
  let stop = false;
  const attend = async (): Promise<void> => {
    while (!stop) {
      const live = await stage.people.attend(false);
      for (let count = live; count < 24 && !stop; count += 1) await stage.people.start();
      await pause(100);
    }
  };
  crowd = attend();
  try {
    while (total() < options.kills && performance.now() < until) {
      // A third of them follow at once: into the recovery from the one before.
      await pause(random() < 0.33 ? random() * 150 : random() * 2 * options.everyMs);
      const kill = await strike(random, stage);
      kills[kill] += 1;
      if (total() % 100 === 0) options.onProgress?.(`${total()} kills, ${stage.people.started.length} runs started`);
    }
  } finally {
    stop = true;
    await crowd;
  }
  return kills;
}

async function strike(random: Random, { server, store, fleet }: Stage): Promise<Kill> {
  const luck = random();
  if (luck < 0.55) {
    fleet.kill(random);
    return "worker";
  }
  if (luck < 0.8) {
    const share = random();
    await persist(() =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid() and random() < ${share}`.execute(
        store.tables(),
      ),
    ).catch(() => undefined);
    return "connections";
  }
  if (luck < 0.92) {
    server.killSession(random);
    return "session";
  }
  if (luck < 0.97) {
    fleet.freeze(random, 1000 + random() * 3000);
    return "freeze";
  }
  await server.crash(random() * 500);
  return "server";
}

/** Nothing is killed any more: every run has to end. */
async function settle(people: People): Promise<void> {
  const until = performance.now() + 120_000;
  while ((await people.attend(true)) > 0 && performance.now() < until) await pause(100);
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
