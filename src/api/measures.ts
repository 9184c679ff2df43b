import { sql } from "kysely";
import type { Clock } from "../kernel/ports.ts";
import { outboxCounts } from "../notices/list.ts";
import { standings } from "../observations/store-read.ts";
import type { Store } from "../store/store.ts";
import { listJobs, liveWorkers } from "../worker/store.ts";
import type { Measure } from "./metrics.ts";

interface Count {
  readonly label: string;
  readonly value: number;
}

/** What Prometheus is told of the whole installation: the same from every server of it. */
export function measuresOf(store: Store, clock: Clock): readonly Measure[] {
  return [...workMeasures(store, clock), ...rowMeasures(store, clock)];
}

function workMeasures(store: Store, clock: Clock): readonly Measure[] {
  return [
    {
      name: "millwright_workers",
      help: "Workers heard of within a minute, by version",
      labels: ["version"],
      async read() {
        const counts = new Map<string, number>();
        for (const { version } of await liveWorkers(store, clock.now()))
          counts.set(version, (counts.get(version) ?? 0) + 1);
        return [...counts].map(([version, value]) => ({ labels: { version }, value }));
      },
    },
    {
      name: "millwright_job_failures_in_a_row",
      help: "How often a periodic job failed since it last succeeded",
      labels: ["job"],
      read: async () => (await listJobs(store)).map(({ id, failures }) => ({ labels: { job: id }, value: failures })),
    },
    {
      name: "millwright_job_overdue_seconds",
      help: "For how long a periodic job has been due",
      labels: ["job"],
      async read() {
        const now = Date.parse(clock.now());
        return (await listJobs(store)).map(({ id, due_at }) => ({
          labels: { job: id },
          value: Math.max(0, (now - Date.parse(due_at)) / 1000),
        }));
      },
    },
  ];
}

function rowMeasures(store: Store, clock: Clock): readonly Measure[] {
  return [
    {
      name: "millwright_runs",
      help: "Runs that have not ended, by state",
      labels: ["state"],
      async read() {
        const { rows } = await sql<Count>`
          select state as label, count(*) as value from runs where ended_at is null group by state`.execute(
          store.tables(),
        );
        return rows.map(({ label, value }) => ({ labels: { state: label }, value }));
      },
    },
    {
      name: "millwright_notice_deliveries",
      help: "Messages to people that wait to be sent, wait for over a quarter of an hour (late), or that nobody took (dead)",
      labels: ["state"],
      async read() {
        const { waiting, late, dead } = await outboxCounts(store, clock.now());
        return Object.entries({ waiting, late, dead }).map(([state, value]) => ({ labels: { state }, value }));
      },
    },
    {
      name: "millwright_observations",
      help: "What probes say of their subjects, by environment and state; what nobody looked at lately is unknown",
      labels: ["environment", "state"],
      async read() {
        const counts = new Map<string, { readonly environment: string; readonly state: string; value: number }>();
        for (const { environment, state } of await standings(store, clock.now())) {
          const key = `${environment} ${state}`;
          const count = counts.get(key) ?? { environment, state, value: 0 };
          count.value += 1;
          counts.set(key, count);
        }
        return [...counts.values()].map(({ environment, state, value }) => ({ labels: { environment, state }, value }));
      },
    },
    {
      name: "millwright_database_bytes",
      help: "Size of the database",
      async read() {
        const { rows } = await sql<{ readonly size: number }>`
          select pg_database_size(current_database()) as size`.execute(store.tables());
        return rows.map(({ size }) => ({ value: Number(size) }));
      },
    },
  ];
}
