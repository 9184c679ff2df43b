import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDatabase } from "../../src/store/test-support.ts";
import { advance } from "../gitlab/jobs.ts";
import { MigrationError, migrateGitlab } from "../gitlab/migrate.ts";
import { fillGitlab } from "./gitlab.ts";
import { fillMlflow } from "./mlflow.ts";
import { openDatabase } from "./sql.ts";

const now = new Date("2026-11-20T12:00:00Z");

test("GitLab's database has its tables and the same rows for the same seed", async () => {
  const digests: string[] = [];
  for (const seed of [7, 7, 8]) {
    const url = await emptyDatabase();
    await fillGitlab(url, { version: "17.8.7", seed, size: 40, now });
    const database = openDatabase(url);
    const [row] = await database.rows<{ digest: string; people: string; open: string }>(
      `select (select md5(string_agg(u::text, '' order by id)) from users u) || (select md5(string_agg(p::text, '' order by id)) from p_ci_pipelines p) as digest,
              (select count(*) from users where user_type = 0) as people,
              (select count(*) from batched_background_migrations where status not in (3, 6)) as open`,
    );
    assert.equal(row?.people, "40");
    assert.equal(row.open, "0");
    digests.push(row.digest);
    await database.close();
  }
  assert.equal(digests[0], digests[1]);
  assert.notEqual(digests[0], digests[2]);
});

test("an upgrade changes the schema, queues work, and the next one refuses until that work is done", async () => {
  const url = await emptyDatabase();
  await fillGitlab(url, { version: "17.8.7", seed: 1, size: 20, now });
  const database = openDatabase(url);
  const open = async (): Promise<unknown> =>
    (
      await database.rows<{ n: string }>(
        "select count(*) as n from batched_background_migrations where status not in (3, 6)",
      )
    )[0]?.n;

  const ran = await migrateGitlab(url, "17.11.7", { now });

  assert.equal(ran.length, 3);
  assert.equal(await open(), "1");
  await database.rows("select trigger_id from ci_pipelines limit 1");
  await assert.rejects(
    migrateGitlab(url, "18.2.8", { now }),
    (thrown) =>
      thrown instanceof MigrationError && /to be marked as 'finished', but it is 'active'/.test(thrown.message),
  );
  await advance(database, new Date(now.getTime() + 30_000), 60_000);
  assert.equal(await open(), "1", "half of its time is over");
  const [half] = await database.rows<{ done: string; all: string }>(
    "select count(project_id) as done, count(*) as all from ci_pipeline_messages",
  );
  assert.ok(Number(half?.done) > 0 && Number(half?.done) < Number(half?.all), "half of its rows are done");
  await advance(database, new Date(now.getTime() + 61_000), 60_000);
  assert.equal(await open(), "0");
  assert.equal((await migrateGitlab(url, "18.2.8", { now })).length, 3);
  await database.close();
});

test("a migration that fails leaves those before it applied; run again it goes on", async () => {
  const url = await emptyDatabase();
  await fillGitlab(url, { version: "17.8.7", seed: 1, size: 5, now });
  const database = openDatabase(url);

  await assert.rejects(
    migrateGitlab(url, "17.11.7", { fate: { kind: "fails", at: 2 } }),
    /canceled: AddTriggerIdToPipelines/,
  );

  await database.rows("select min_cursor from batched_background_migrations limit 1");
  await assert.rejects(database.rows("select trigger_id from p_ci_pipelines limit 1"));
  assert.deepEqual(await migrateGitlab(url, "17.11.7"), [
    "AddTriggerIdToPipelines",
    "QueueBackfillProjectIdOnPipelineMessages",
  ]);
  await database.close();
});

test("a filled database of a later version is what an upgrade with finished work makes", async () => {
  const columns =
    "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, 2";
  const later = await emptyDatabase();
  await fillGitlab(later, { version: "18.8.11", seed: 1, size: 5, now });
  const upgraded = await emptyDatabase();
  await fillGitlab(upgraded, { version: "17.8.7", seed: 1, size: 5, now });
  const one = openDatabase(later);
  const other = openDatabase(upgraded);

  for (const stop of ["17.11.7", "18.2.8", "18.5.7", "18.8.11"]) {
    await migrateGitlab(upgraded, stop, { now });
    await advance(other, now, 0);
  }

  assert.deepEqual(await one.rows(columns), await other.rows(columns));
  await one.close();
  await other.close();
});

test("every project that MLflow has experiments of is a model in GitLab", async () => {
  const [gitlabUrl, mlflowUrl] = [await emptyDatabase(), await emptyDatabase()];
  await fillGitlab(gitlabUrl, { version: "17.8.7", seed: 5, size: 40, now });
  await fillMlflow(mlflowUrl, { version: "2.14.3", seed: 5, size: 12, now });
  const [gitlab, mlflow] = [openDatabase(gitlabUrl), openDatabase(mlflowUrl)];
  const models = await gitlab.rows<{ path: string }>(
    `select n.path || '/' || p.path || ' ' || p.id as path from projects p join namespaces n on n.id = p.namespace_id
     join project_topics pt on pt.project_id = p.id where pt.topic_id = 1`,
  );
  const tagged = await mlflow.rows<{ path: string }>(
    "select t.value || ' ' || substring(e.name from '[(]([0-9]+)[)]') as path from experiment_tags t join experiments e using (experiment_id) where t.key = 'project'",
  );
  assert.equal(tagged.length, 12);
  const known = new Set(models.map(({ path }) => path));
  assert.deepEqual(
    tagged.filter(({ path }) => !known.has(path)),
    [],
  );
  await gitlab.close();
  await mlflow.close();
});

test("MLflow's database is at the head of its version, and every model has runs", async () => {
  const url = await emptyDatabase();
  await fillMlflow(url, { version: "2.22.4", seed: 3, size: 4, now });
  const database = openDatabase(url);
  assert.deepEqual(await database.rows("select version_num from alembic_version"), [{ version_num: "0584bdc529eb" }]);
  const [row] = await database.rows(
    "select (select count(*) from experiments)::int as experiments, (select count(*) from model_versions v join runs r on r.run_uuid = v.run_id)::int as versions",
  );
  assert.deepEqual(row, { experiments: 5, versions: 12 });
  await database.close();
});
