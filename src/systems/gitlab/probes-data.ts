import * as z from "zod";
import { defineProbe, type Probe } from "../probe.ts";
import { count, sqlRows } from "../probe-sql.ts";
import { judged, metric, unhealthy } from "../readings.ts";

/** 0 paused, 1 active, 3 finished, 4 failed, 5 finalizing, 6 finalized. */
const statement = `select
  count(*) filter (where status = 4) as failed,
  count(*) filter (where status not in (3, 4, 6)) as open,
  count(*) as known
from batched_background_migrations`;

const Row = z.object({ failed: count, open: count, known: count });

const backgroundMigrations = defineProbe({
  id: "background-migrations",
  tells: "upkeep",
  title: "Are GitLab's batched background migrations finished?",
  needs: ["sql"],
  inputs: z.object({}),
  credentials: { database: "a login that may read batched_background_migrations in GitLab's database" },
  everySeconds: 900,
  timeoutSeconds: 30,
  source:
    "gitlab-org/gitlab app/models/…/batched_migration.rb (status codes); the API gives only the 20 newest, and BatchedMigration.queued ignores failed ones",
  async read({ sql }) {
    const subject = "background-migrations";
    const answer = await sqlRows(sql, { subject, statement, missing: "GitLab's main database, not another one" }, Row);
    if (answer.kind === "reading") return [answer.reading];
    const [row] = answer.rows;
    if (row === undefined) return [unhealthy(subject, 0, `${sql.label}: no answer to the count`)];
    const evidence = `${sql.label}: ${row.failed} failed, ${row.open} not finished, of ${row.known}`;
    return [
      judged(row.failed === 0, subject, row.failed + row.open, evidence, [
        metric("gitlab_background_migrations_open", row.open),
        metric("gitlab_background_migrations_failed", row.failed),
      ]),
    ];
  },
});

export const gitlabDataProbes: readonly Probe[] = [backgroundMigrations];
