import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentOptions } from "../environment-options.ts";
import { runBackupUtility } from "../gitlab/backup-utility.ts";
import type { BackupWorld } from "../gitlab/backup-world.ts";
import { runToolboxScripts } from "../gitlab/toolbox-scripts.ts";
import type { Programs } from "../programs.ts";
import type { Servers } from "../real-servers.ts";
import { ask } from "../servers/postgresql.ts";
import { openRedisServer } from "../stand-in/redis.ts";
import { fillArtifacts } from "./artifacts.ts";
import { bucketOf, fillBuckets } from "./buckets.ts";
import { lfsObjectsOf, projectsWithFiles } from "./encrypted-rows.ts";
import { fillGrafana } from "./grafana.ts";
import { fillRepositories } from "./repositories.ts";
import { openS3 } from "./s3.ts";

/** Names a folder with the toolbox's own scripts, where they are to run in the place of what stands for them. */
export const toolboxVariable = "MILLWRIGHT_LAB_TOOLBOX";

/** As the StatefulSet `monitoring/grafana` names its first pod's. */
const grafanaClaim = "storage-grafana-0";

/** Fills what GitLab's, Grafana's and Valkey's pods keep beside the databases, and lets exec and Jobs reach it. */
export async function startStores(
  options: EnvironmentOptions,
  { postgresql, redis }: Servers,
  gitlabVersion: () => string,
): Promise<Required<Pick<Programs, "volumes" | "backup" | "processes">>> {
  const { name, folder, ledger, objectStore } = options;
  const now = new Date();
  const repositories = folder.path(name, "gitlab-repositories");
  const lfs = lfsObjectsOf(folder.state.seed, projectsWithFiles);
  const s3 = objectStore === undefined ? undefined : openS3(objectStore, () => new Date());
  fillGrafana(folder.path(name, "grafana"), now);
  await Promise.all([
    fillRepositories(repositories, lfs, now),
    s3 === undefined ? undefined : fillBuckets(s3, name, lfs),
    fillRedis(redis.secretUrl),
    fillArtifacts(options, postgresql.ownerUrl("mlflow")),
  ]);
  const databaseUrl = postgresql.ownerUrl("gitlabhq_production");
  const world: BackupWorld = {
    version: gitlabVersion,
    now: () => new Date(),
    scratch: folder.path(name, "toolbox"),
    databaseUrl,
    async schemaHead() {
      const [row] = await ask(databaseUrl, ["select max(version) as head from schema_migrations"]);
      return String(row?.["head"]);
    },
    repositories,
    s3,
    bucket: (component) => bucketOf(name, component),
    count: (effect, detail) => ledger.add(`${name}/gitlab`, effect, detail),
  };
  const scripts = process.env[toolboxVariable];
  const running: string[] = [];
  mkdirSync(world.scratch, { recursive: true, mode: 0o700 });
  return {
    volumes: [
      { pods: "gitlab-gitaly-", mountPath: "/home/git/repositories", folder: repositories },
      { pods: "gitlab-valkey-", mountPath: "/data", folder: folder.path(name, "redis", "data") },
      { pods: "grafana-", claim: grafanaClaim, mountPath: "/var/lib/grafana", folder: folder.path(name, "grafana") },
      { pods: "gitlab-toolbox-", mountPath: "/srv/gitlab/tmp", folder: join(world.scratch) },
    ],
    backup: async (argv, say, answering) => {
      const line = `/bin/bash /usr/local/bin/backup-utility ${argv.join(" ")}`;
      running.push(line);
      try {
        return scripts === undefined || objectStore === undefined
          ? await runBackupUtility(world, argv, say, answering)
          : await runToolboxScripts(world, { folder: scripts, store: objectStore }, argv, say, answering);
      } finally {
        running.splice(running.indexOf(line), 1);
      }
    },
    processes: () => running,
  };
}

/** Sessions and Sidekiq's figures, and the snapshot of them in `dump.rdb`. A queue stays empty: jobs that nobody runs would be an incident. */
async function fillRedis(url: string): Promise<void> {
  const redis = openRedisServer(url);
  await redis.send("SETNX", "stat:processed", "48211");
  await redis.send("SADD", "cron_jobs", "stuck_ci_jobs_worker", "expire_build_artifacts_worker");
  for (let user = 1; user <= 20; user += 1)
    await redis.send("SETEX", `session:gitlab:2::${String(user).padStart(64, "0")}`, "604800", `{"user":${user}}`);
  await redis.send("SAVE");
}
