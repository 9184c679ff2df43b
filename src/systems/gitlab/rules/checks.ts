import { isBefore, subjectOf } from "../../ask.ts";
import { defineRule } from "../../contract.ts";
import { gitlabExample, gitlabsIn } from "../installed.ts";

export const gateIgnoresFailed = defineRule({
  id: "gitlab-gate-ignores-failed",
  title: "This check of background migrations does not see failed ones",
  group: "gitlab",
  severity: "high",
  why: "BatchedMigration.queued counts what is active or paused. A failed migration, and one being finalised, are not in it, so the count is 0 and the next upgrade stops in the middle with the migrations it needed unfinished.",
  sources: [
    "gitlabhq/gitlabhq:lib/gitlab/database/background_migration/batched_migration.rb @0ea3fcec3 (scope :queued)",
    "gitlabhq/gitlabhq:doc/update/background_migrations.md @07a952456",
  ],
  fix: "Ask the database, in main and ci: SELECT job_class_name, table_name, column_name, job_arguments FROM batched_background_migrations WHERE status NOT IN (3, 6); no row may come back.",
  needs: ["scripts"],
  *check({ scripts }) {
    for (const script of scripts) {
      for (const found of script.file.text.matchAll(/BatchedMigration\.queued\.count/g)) {
        yield {
          kind: "finding",
          subject: `script/${script.file.path}`,
          environment: script.environment,
          at: script.file.locate(found.index),
          message: "BatchedMigration.queued.count is 0 also when migrations failed",
          fix: "Count the rows of batched_background_migrations with a status other than 3 and 6.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "a gate in a script",
        files: {
          "gate.sh":
            "#!/bin/sh\ngitlab-rails runner 'puts Gitlab::Database::BackgroundMigration::BatchedMigration.queued.count'\n",
        },
      },
    ],
    passing: [
      {
        name: "the database asked",
        files: {
          "gate.sh":
            "#!/bin/sh\ngitlab-psql -c 'SELECT 1 FROM batched_background_migrations WHERE status NOT IN (3, 6)'\n",
        },
      },
    ],
  },
});

export const restoreSkipsOne = defineRule({
  id: "backups-gitlab-restore-skips",
  title: "A restore of GitLab skips less than it says",
  group: "backups",
  severity: "high",
  why: "When backup-utility restores, only the first --skip counts. A procedure that spares two parts overwrites the second one with what the backup holds.",
  sources: ["tachyons/gitlab-pages:gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4 (one older version)"],
  fix: "Spare at most one part in a restore, and prove on a copy what it leaves alone.",
  needs: ["scripts"],
  *check({ scripts }) {
    for (const script of scripts) {
      for (const found of script.file.text.matchAll(/backup-utility(?:[^\n\\;&|]|\\(?:\r?\n|.))*/g)) {
        const skips = found[0].match(/--skip\b/g) ?? [];
        if (!/--restore\b/.test(found[0]) || skips.length < 2) continue;
        yield {
          kind: "finding",
          subject: `script/${script.file.path}`,
          environment: script.environment,
          at: script.file.locate(found.index),
          message: `this restore has ${skips.length} --skip, and only the first one counts`,
          fix: "Keep one --skip.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "two parts spared",
        files: { "restore.sh": "#!/bin/sh\nbackup-utility --restore -t 1 --skip registry --skip artifacts\n" },
      },
    ],
    passing: [
      {
        name: "one part spared",
        files: { "restore.sh": "#!/bin/sh\nbackup-utility --restore -t 1 --skip registry\n" },
      },
    ],
  },
});

export const healthIsNotReadiness = defineRule({
  id: "gitlab-health-asks-nothing",
  title: "GitLab is watched by a route that asks nothing",
  group: "gitlab",
  severity: "medium",
  why: "/-/health answers before Rails is asked and never touches the database: it stays green with GitLab broken. As a gate after an upgrade it opens on nothing.",
  sources: [
    "gitlabhq/gitlabhq:lib/gitlab/health_checks/probes/collection.rb @4555e1b21",
    "https://docs.gitlab.com/administration/monitoring/health_check/",
  ],
  fix: "Ask /-/readiness?all=1 from an allowed address and look at every entry; for uptime ask /users/sign_in.",
  needs: ["files", "scripts", "manifests"],
  *check({ files, scripts, manifests }) {
    if (files.some(({ text }) => text.includes("/-/readiness") || text.includes("/users/sign_in"))) return;
    const holders = new Map([...scripts, ...manifests].map((holder) => [holder.file.path, holder]));
    for (const { file, environment } of holders.values()) {
      const offset = file.text.search(/\/-\/health\b(?!_)/);
      if (offset < 0) continue;
      yield {
        kind: "finding",
        subject: `file/${file.path}`,
        environment,
        at: file.locate(offset),
        message: "only /-/health is asked, which answers also with the database down",
        fix: "Ask /-/readiness?all=1 instead.",
      };
    }
  },
  examples: {
    failing: [
      { name: "a gate on health", files: { "after.sh": "#!/bin/sh\ncurl -fsS https://gitlab.example.org/-/health\n" } },
    ],
    passing: [
      {
        name: "readiness",
        files: { "after.sh": "#!/bin/sh\ncurl -fsS 'https://gitlab.example.org/-/readiness?all=1'\n" },
      },
    ],
  },
});

export const migrationsJobName = defineRule({
  id: "gitlab-migrations-job-name",
  title: "The second sync of this GitLab chart collides with its first",
  group: "gitlab",
  severity: "high",
  why: "Before chart 7.9 the migrations Job is named by the Helm revision, which is always 1 under Argo CD. The finished Job of the first sync stands in the way of the next one, and the upgrade's migrations do not run.",
  sources: [
    "integratop/gitlab-org-charts-mirror@3403350c8 doc/charts/globals.md (Jobs), charts/gitlab/charts/migrations/templates/_jobspec.yaml",
  ],
  fix: "Go to chart 7.9 or newer by the required stops; until then delete the finished Job before each sync.",
  needs: ["configurations", "applications"],
  *check({ configurations, applications }) {
    for (const configuration of gitlabsIn(configurations)) {
      const deployed = applications.some(({ name }) => name === configuration.component);
      if (!deployed || !isBefore(configuration.chartVersion, "7.9")) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: `chart ${configuration.chartVersion} names its migrations Job the same on every sync`,
        fix: "Delete the Job NAME-migrations-1 before the sync.",
      };
    }
  },
  examples: {
    failing: [{ name: "chart 7.5", files: { "gitlab.yaml": gitlabExample("7.5.0", "global:\n  edition: ce") } }],
    passing: [{ name: "chart 7.11", files: { "gitlab.yaml": gitlabExample("7.11.2", "global:\n  edition: ce") } }],
  },
});
