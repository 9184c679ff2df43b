import { sql } from "kysely";
import { backupsOf } from "../../src/api/with/backups.ts";
import type { Building } from "../../src/api/with/capability.ts";
import { incidentsOf } from "../../src/api/with/incidents.ts";
import { backupActions } from "../../src/backups/server/actions.ts";
import { backupProcedures } from "../../src/backups/server/procedures.ts";
import { calendarService } from "../../src/calendar/service.ts";
import { openBackupRunner } from "../../src/edge/backup-runner.ts";
import { cancelRun } from "../../src/engine/decisions.ts";
import { attemptsOf } from "../../src/engine/store.ts";
import { ada, type Bench, openBench } from "../../src/engine/test-support.ts";
import { parseServerConfig } from "../../src/findings/server-file.ts";
import type { IncidentTables } from "../../src/incidents/store.ts";
import { type Instant, instantOf } from "../../src/kernel/instant.ts";
import { defaultConfig } from "../../src/platform/config.ts";
import type { Store } from "../../src/store/store.ts";
import { systems } from "../../src/systems/index.ts";
import type { Job } from "../../src/worker/job.ts";

const day = 24 * 3_600_000;

export interface Seen {
  /** Titles of the incidents that were opened since the last look. */
  readonly incidents: readonly string[];
  /** What the findings that they came from say. */
  readonly says: string;
  readonly seconds: number;
  /** Runs that had not ended by then, and what their last attempts told. */
  readonly waiting?: readonly string[];
}

interface Watched {
  /** The server's configuration. */
  readonly config: string;
  readonly text: string;
  /** Node and the command line. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/** On a database of its own, with the configuration as the server reads it. */
export async function openControlPlane({ config: file, text, command, environment }: Watched): Promise<ControlPlane> {
  const config = parseServerConfig(text, file);
  const runner = openBackupRunner({ command, config: () => file, environment });
  let store: Store | undefined;
  const clock = { now: () => instantOf(Date.now()) };
  const building = {
    parts: {
      get store() {
        return store;
      },
      config: () => config,
      clock,
      log: () => undefined,
      mode: () => "act",
      configFile: () => ({ name: file }),
      useSecret: () => Promise.reject(new Error("the runner reads its secrets itself")),
    },
    ports: {
      record: async () => undefined,
      notify: async () => undefined,
      openBackupRunner: () => runner,
      probes: { systems },
    },
    platform: () => platform,
    // What the rest of the server is built from is not asked for here.
  } as unknown as Building;
  const bench = await openBench(
    backupActions({
      get store() {
        if (store === undefined) throw new Error("the control plane is not open yet");
        return store;
      },
      config: () => config.backups,
      runner,
    }),
  );
  store = bench.store;
  bench.policy = { ...bench.policy, procedures: [...bench.policy.procedures, ...backupProcedures] };
  const calendar = calendarService(() => ({ config: platform, stop: undefined }));
  const [job] = backupsOf(building, { calendar, trouble: incidentsOf(building).trouble }).jobs ?? [];
  if (job === undefined) throw new Error("the control plane has no job for backups");
  return new ControlPlane(bench, job);
}

/**
 * The control plane beside the stores: its job for backups as the server runs it each minute, its runs and actions, its incidents,
 * all on PostgreSQL. Its days go by as it is asked, so that a check falls due.
 */
export class ControlPlane {
  readonly #bench: Bench;
  readonly #job: Job;
  #ahead = 0;

  constructor(bench: Bench, job: Job) {
    this.#bench = bench;
    this.#job = job;
    bench.ports = { ...bench.ports, now: () => this.#now() };
  }

  /** The job's next turn. */
  async look(): Promise<Seen> {
    const began = performance.now();
    this.#ahead += 60_000;
    await this.#job.run({
      store: this.#bench.store,
      now: this.#now(),
      signal: new AbortController().signal,
      missed: 0,
    });
    const opened = await this.#opened();
    return { ...opened, seconds: (performance.now() - began) / 1000 };
  }

  /** A day later: the check that falls due then, and the job's turn after it. */
  async check(): Promise<Seen> {
    const began = performance.now();
    this.#ahead += day;
    const before = await this.look();
    this.#bench.at = this.#now();
    await this.#bench.settle();
    const after = await this.look();
    const seconds = (performance.now() - began) / 1000;
    const waiting = await this.#endWaiting();
    const says = `${before.says}\n${after.says}`;
    return { incidents: [...before.incidents, ...after.incidents], says, seconds, waiting };
  }

  close(): Promise<void> {
    return this.#bench.store.close();
  }

  #now(): Instant {
    return instantOf(Date.now() + this.#ahead);
  }

  /** Each is closed at once, so that the next of its kind is one again. */
  async #opened(): Promise<Pick<Seen, "incidents" | "says">> {
    const rows = await this.#bench.store
      .tables<IncidentTables>()
      .updateTable("incidents")
      .set({ state: "closed", closed_at: this.#now() })
      .where("state", "!=", "closed")
      .returning([
        "title",
        sql<string | null>`(select message from finding where 'finding/' || finding.id = incidents.source_key)`.as(
          "message",
        ),
      ])
      .execute();
    return {
      incidents: rows.map(({ title }) => title),
      says: rows.map(({ message }) => message ?? "").join("\n"),
    };
  }

  /** A check that found damage waits for a person, who has seen it. */
  async #endWaiting(): Promise<readonly string[]> {
    const { store } = this.#bench;
    const rows = await store
      .tables<{
        readonly runs: { readonly id: string; readonly procedure: string; readonly ended_at: string | null };
      }>()
      .selectFrom("runs")
      .select(["id", "procedure"])
      .where("ended_at", "is", null)
      .execute();
    const waiting: string[] = [];
    for (const { id, procedure } of rows) {
      const last = (await attemptsOf(store, id)).at(-1);
      waiting.push(`${procedure}: ${last === undefined ? "not begun" : last.message}`);
      await cancelRun(this.#bench.deciding(ada), id, "it was seen");
    }
    return waiting;
  }
}

const platform = { ...defaultConfig, environments: [{ name: "production", paths: [] }] };
