import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { instantOf } from "../kernel/instant.ts";
import { ServerConfig } from "../platform/server-config.ts";
import { testStore } from "../store/test-support.ts";
import { listJobs } from "../worker/store.ts";
import { hooksOf } from "./hooks-of.ts";

test("a push has its repository, the forge and the releases looked at now, not when their turn comes", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const now = instantOf(Date.UTC(2026, 10, 20, 9));
  for (const id of ["reread/platform", "reread/other", "forge", "releases", "retention"])
    await sql`insert into worker_jobs (id, every_seconds, due_at)
      values (${id}, 900, ${instantOf(Date.parse(now) + 600_000)})`.execute(store.tables());
  const repositories = ["platform", "other"].map((name) => ({ name, folder: `/srv/${name}` }));
  const webhooks = [{ name: "platform", kind: "gitlab", secret: "env:HOOK" }];
  const config = ServerConfig.parse({ repositories, webhooks });
  const [hook] = hooksOf(config, {
    store,
    clock: { now: () => now },
    useSecret: async () => "s",
    takeAlerts: undefined,
    takeFromPager: undefined,
  });

  await hook?.receive({});

  const due = (await listJobs(store)).filter(({ due_at: at }) => at === now).map(({ id }) => id);
  assert.deepEqual(due, ["forge", "releases", "reread/platform"]);
});
