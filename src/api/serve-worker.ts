import type { ServerConfig } from "../platform/server-config.ts";
import type { ServedStore } from "../systems/contract.ts";
import type { Job } from "../worker/job.ts";
import type { WorkerOptions } from "../worker/loop.ts";
import { rereadJob } from "../worker/reread.ts";
import { ownJobs } from "./serve-jobs.ts";
import type { Capabilities } from "./serve-ports.ts";
import type { Up } from "./serve-up.ts";

/** A worker with the jobs of the configuration, of the server itself, and of the capabilities. */
export function workerOf(up: Up, { jobs, opened }: Pick<Capabilities, "jobs" | "opened">): WorkerOptions {
  const { ports, store, clock, log } = up;
  return {
    store,
    clock,
    log,
    jobs: [
      ...up.config().repositories.map((repository) => repositoryJob(up, repository, opened)),
      ...ownJobs(up),
      ...jobs,
    ],
    // Each running job holds a connection besides those it asks with.
    concurrency: Math.max(1, Math.floor(up.live.current.database.poolSize / 2) - 1),
    random: () => ports.random(),
    timeout: (seconds: number) => ports.timeout(seconds),
    wait: (millis: number, signal: AbortSignal) => ports.wait(millis, signal),
    id: ports.processId,
    version: ports.version,
  };
}

function repositoryJob(up: Up, repository: ServerConfig["repositories"][number], opened: Capabilities["opened"]): Job {
  const { ports, options, useSecret } = up;
  return rereadJob(
    {
      name: repository.name,
      everySeconds: repository.everyMinutes * 60,
      async open(signal) {
        const { credentials, name } = repository;
        const credential = credentials === undefined ? undefined : await useSecret(credentials, `repository ${name}`);
        return ports.openRepository(repository, options.data, credential, signal);
      },
    },
    { systems: ports.systems, rules: ports.rules, opened, served: () => servedBy(up.config()) },
  );
}

/** The stores that a schedule of this server's takes in. */
export function servedBy({ backups }: Pick<ServerConfig, "backups">): readonly ServedStore[] {
  return backups.environments.flatMap(({ environment, stores, schedule }) =>
    stores
      .filter(({ component, store }) =>
        schedule.some(({ stores: named }) => named.length === 0 || named.includes(`${component}/${store}`)),
      )
      .map(({ component, kind }) => ({ environment, component, kind })),
  );
}
