import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { listFindings } from "../findings/store-read.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { JournalDraft } from "../platform/record.ts";
import { ServerConfig } from "../platform/server-config.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import { LiveConfig } from "./live-config.ts";
import { ownJobs } from "./serve-jobs.ts";
import { testNow } from "./test-support.ts";

const quiet = (): void => undefined;
const unheard = { log: quiet, ports: { record: async () => undefined } };
const config = (): ServerConfig => ServerConfig.parse({});

async function turn(store: Store, jobs: ReturnType<typeof ownJobs>, id: string, now: Instant = testNow): Promise<void> {
  const job = jobs.find((one) => one.id === id);
  assert.ok(job, id);
  await job.run({ store, now, signal: new AbortController().signal, missed: 0 });
}

test("a server file that is wrong is a finding until it is right again, and the last valid one stays in force", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  let text = "mode: shadow\n";
  const live = await LiveConfig.open("/etc/millwright/millwright.server.yaml", async () => text, quiet);
  const jobs = ownJobs({ config, live, ...unheard });
  const open = async (): Promise<readonly string[]> =>
    (
      await listFindings(
        store,
        { state: "open", severity: undefined, visible: undefined },
        { after: undefined, limit: 9 },
      )
    ).map(({ rule, subject, message }) => `${rule} ${subject} ${message}`);
  const look = async (now?: Instant): Promise<void> => {
    await live.look();
    await turn(store, jobs, "server-configuration", now);
  };

  await look();
  assert.deepEqual(await open(), []);
  text = "mode: bold\n";
  await look();
  const [found, ...others] = await open();
  assert.match(found ?? "", /configuration-invalid file\/millwright\.server\.yaml mode/);
  assert.deepEqual(others, []);
  assert.equal(live.current.mode, "shadow");
  text = "mode: act\n";
  await look(instantOf(Date.parse(testNow) + 60_000));
  assert.deepEqual(await open(), []);
  assert.equal(live.current.mode, "act");
});

test("a server without a file has none to judge", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const live = await LiveConfig.open(undefined, async () => undefined, quiet);
  await turn(store, ownJobs({ config, live, ...unheard }), "server-configuration");
  assert.deepEqual(
    await listFindings(
      store,
      { state: "open", severity: undefined, visible: undefined },
      { after: undefined, limit: 9 },
    ),
    [],
  );
});

test("runs are forgotten after the configured days, seen in log and journal; those of open work are kept", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const live = await LiveConfig.open(undefined, async () => undefined, quiet);
  const lines: string[] = [];
  const entries: JournalDraft[] = [];
  const jobs = ownJobs({
    config: () => ServerConfig.parse({ retention: { runsDays: 10 } }),
    live,
    log: ({ message }) => lines.push(message),
    ports: { record: async (_, draft) => void entries.push(draft) },
  });
  await endedRun(store, "plain", {});
  await endedRun(store, "of-open-order", { workOrder: "open" });
  await endedRun(store, "named-by-open-order", {});
  await endedRun(store, "of-order-that-is-over", { workOrder: "over" });
  await workOrder(store, "open", "planned", "named-by-open-order");
  await workOrder(store, "over", "done", "of-order-that-is-over");
  await endedRun(store, "of-open-incident", { incident: String(await incident(store, "resolved")) });
  await endedRun(store, "of-closed-incident", { incident: String(await incident(store, "closed")) });

  await turn(store, jobs, "retention-runs", instantOf(Date.parse(testNow) + 9 * 86_400_000));
  assert.deepEqual([lines, entries], [[], []]);
  await turn(store, jobs, "retention-runs", instantOf(Date.parse(testNow) + 11 * 86_400_000));
  const { rows } = await sql<{ id: string }>`select id from runs order by id`.execute(store.tables());
  assert.deepEqual(
    rows.map(({ id }) => id),
    ["named-by-open-order", "of-open-incident", "of-open-order"],
  );
  assert.deepEqual(lines, ["removed 3 runs that ended more than 10 days ago"]);
  assert.deepEqual(
    entries.map(({ evidence }) => evidence),
    [{ removed: 3, firstEndedAt: testNow, lastEndedAt: testNow }],
  );
});

async function endedRun(store: Store, id: string, links: Readonly<Record<string, string>>): Promise<void> {
  await sql`insert into runs (id, procedure, procedure_version, title, environment, links, arguments, plan, digest, mode, state,
      direction, position, attempt, version, leg, requested_by, created_at, ended_at, updated_at)
    values (${id}, 'p', 1, 'A run', 'staging', ${JSON.stringify(links)}::jsonb, '{}', '{"steps":[]}', 'd', 'act', 'done',
      'do', 0, 1, 1, 1, '{}', ${testNow}, ${testNow}, ${testNow})`.execute(store.tables());
}

async function workOrder(store: Store, id: string, state: string, run: string): Promise<void> {
  await sql`insert into work_orders (id, title, origin, disruptive, changes, state, created_at, created_by, estimate, gates, run_id)
    values (${id}, 'Work', '{}', false, false, ${state}, ${testNow}, '{}', '{}', '[]', ${run})`.execute(store.tables());
}

async function incident(store: Store, state: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`insert into incidents
      (kind, severity, title, state, source, began_at, opened_at, opened_by, updated_at)
    values ('outage', 'high', 'Down', ${state}, 'person', ${testNow}, ${testNow}, '{}', ${testNow}) returning id`.execute(
    store.tables(),
  );
  assert.ok(rows[0]);
  return rows[0].id;
}

test("notices that everybody got and findings that closed are forgotten after their time", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const live = await LiveConfig.open(undefined, async () => undefined, quiet);
  const jobs = ownJobs({ config, live, ...unheard });
  await turn(store, jobs, "retention");
  assert.deepEqual(await kept(store), { notices: 0, findings: 0 });
  await sql`insert into notices (key, severity, title, text, audience, created_at, routed_at)
    values ('old', 'info', 'old', '', '[]', ${testNow}, ${testNow}), ('waits', 'info', 'waits', '', '[]', ${testNow}, null)`.execute(
    store.tables(),
  );
  await turn(store, jobs, "retention", instantOf(Date.parse(testNow) + 89 * 86_400_000));
  assert.deepEqual(await kept(store), { notices: 2, findings: 0 });
  await turn(store, jobs, "retention", instantOf(Date.parse(testNow) + 91 * 86_400_000));
  assert.deepEqual(await kept(store), { notices: 1, findings: 0 });
});

async function kept(store: Store): Promise<{ readonly notices: number; readonly findings: number }> {
  interface Tables {
    readonly notices: { readonly id: number };
    readonly finding: { readonly id: string };
  }
  const db = store.tables<Tables>();
  const notices = await db.selectFrom("notices").select("id").execute();
  const findings = await db.selectFrom("finding").select("id").execute();
  return { notices: notices.length, findings: findings.length };
}
