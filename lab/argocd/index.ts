import type { Stored } from "../kubernetes/types.ts";
import { applicationOf, type Operation } from "./application.ts";
import { labCharts } from "./charts/index.ts";
import { Controller } from "./controller.ts";
import { argoCdObjects } from "./definitions.ts";
import type { ArgoCd, ArgoCdOptions, SyncWanted } from "./handle.ts";
import { windowAllows } from "./project.ts";
import { Sources } from "./sources.ts";

export type { ArgoCd, ArgoCdOptions, Git } from "./handle.ts";

/**
 * Argo CD's behaviour over the lab's API server. All state is in the cluster: a sync that was under way when the lab was killed
 * goes on. A rollback is refused by Argo CD's API server alone; who writes an old revision into `.operation` goes around it, the
 * controller syncs it, and automated sync, seeing another revision than it last synced, brings the newer one back.
 */
export async function startArgoCd(options: ArgoCdOptions): Promise<ArgoCd> {
  const { cluster, git, charts = labCharts, everyMs = 500, pollMs = 3000, onError = () => undefined } = options;
  const now = options.now ?? (() => cluster.store.now());
  for (const object of argoCdObjects) if (isMissing(options, object)) cluster.seed([object]);
  const controller = new Controller(cluster, new Sources(git, charts, pollMs), now, options.onSynced);
  let looking: Promise<void> | undefined;
  const tick = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const application of cluster.store.all("Application"))
      await controller.look(application).catch((thrown: unknown) => failures.push(thrown));
    if (failures.length > 0) throw new AggregateError(failures, "Argo CD's controller failed at an Application");
  };
  const look = (): void => {
    looking ??= tick()
      .catch(onError)
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = everyMs === 0 ? undefined : setInterval(look, everyMs);
  return {
    tick,
    sync: (name, wanted = {}) => {
      const application = found(options, name);
      if (!windowAllows(cluster, application, true, now())) throw new Error("cannot sync: blocked by sync window");
      ask(options, application.stored, operationOf(wanted, application.spec.sources !== undefined));
    },
    rollback: (name, id) => {
      const application = found(options, name);
      if (application.spec.syncPolicy?.automated)
        throw new Error("rollback cannot be initiated when auto-sync is enabled");
      const entry = application.status.history?.find((one) => one.id === id);
      if (entry === undefined) throw new Error(`application ${name} does not have deployment with id ${id}`);
      const { revision, revisions, source, sources } = entry;
      const sync = { revision, revisions, source, sources } as Operation["sync"];
      ask(options, application.stored, { sync, initiatedBy: { username: "admin" } });
    },
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

function found({ cluster }: ArgoCdOptions, name: string): ReturnType<typeof applicationOf> {
  const stored = cluster.store.all("Application").find(({ metadata }) => metadata.name === name);
  if (stored === undefined) throw new Error(`applications.argoproj.io "${name}" not found`);
  return applicationOf(stored);
}

function operationOf(
  { revision, prune = false, dryRun = false, resources, username = "admin" }: SyncWanted,
  isMulti: boolean,
): Operation {
  const at = revision === undefined ? {} : isMulti ? { revisions: [revision] } : { revision };
  const sync = {
    ...at,
    prune,
    dryRun,
    ...(resources === undefined ? {} : { resources: resources.map((one) => ({ ...one })) }),
  };
  return { sync, initiatedBy: { username } };
}

function ask({ cluster }: ArgoCdOptions, stored: Stored, operation: Operation): void {
  if (stored["operation"] !== undefined) throw new Error("another operation is already in progress");
  const { name, namespace } = stored.metadata;
  cluster.act({
    manager: "argocd-server",
    method: "PATCH",
    of: { apiVersion: stored.apiVersion, kind: stored.kind, name, namespace },
    body: { operation },
    contentType: "application/merge-patch+json",
  });
}

function isMissing({ cluster }: ArgoCdOptions, object: Stored): boolean {
  return cluster.store.all(object.kind).every(({ metadata }) => metadata.name !== object.metadata.name);
}
