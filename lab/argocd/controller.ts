import type { LabCluster } from "../kubernetes/index.ts";
import type { Stored } from "../kubernetes/types.ts";
import { type Application, applicationOf, type Condition, type OperationState, type Status } from "./application.ts";
import { automatedSync } from "./automated.ts";
import { type Comparison, compare, failedComparison, statusOf } from "./comparison.ts";
import type { ArgoCdOptions } from "./handle.ts";
import { advance, begun, historyAfter } from "./operation.ts";
import { refusalsOf, windowAllows } from "./project.ts";
import { trackedBy } from "./resource.ts";
import type { Sources } from "./sources.ts";
import { hasOption } from "./sync-options.ts";

const refreshAnnotation = "argocd.argoproj.io/refresh";
/** With it an Application takes its resources along when it is deleted (docs/user-guide/app_deletion.md). */
const cascade = /^resources-finalizer\.argocd\.argoproj\.io/;
const manager = "argocd-application-controller";

/** One look at one Application: compare, step its operation or begin one, write the status when it says something new. */
export class Controller {
  readonly #cluster: LabCluster;
  readonly #sources: Sources;
  readonly #now: () => string;
  /** By Application: what was compared last, and what of. */
  readonly #compared = new Map<string, { readonly of: string; readonly comparison: Comparison }>();
  readonly #onSynced: ArgoCdOptions["onSynced"];

  constructor(cluster: LabCluster, sources: Sources, now: () => string, onSynced?: ArgoCdOptions["onSynced"]) {
    this.#onSynced = onSynced;
    this.#cluster = cluster;
    this.#sources = sources;
    this.#now = now;
  }

  async look(stored: Stored): Promise<void> {
    if (stored.metadata.deletionTimestamp !== undefined) return this.#takeAway(stored);
    const refresh = stored.metadata.annotations?.[refreshAnnotation];
    if (refresh !== undefined) this.#sources.forget();
    const application = this.#read(stored);
    if (application === undefined) return;
    const comparison = await this.#compare(application);
    const done = await this.#operate(application, comparison);
    // What a sync changed is seen at once.
    const seen = done.hasChanged ? await this.#compare(application) : comparison;
    const conditions = this.#stamped([...seen.conditions, ...done.conditions], application.status);
    const status = {
      ...application.status,
      ...statusOf(application, seen),
      conditions,
      ...(done.state === undefined
        ? {}
        : { operationState: done.state, history: historyAfter(application, done.state) }),
    };
    this.#write(stored, this.#dated(application.status, status), done.state);
    if (done.state?.finishedAt !== undefined) this.#onSynced?.(stored.metadata.name, done.state);
  }

  /** What is no valid Application says so in its status. */
  #read(stored: Stored): Application | undefined {
    try {
      return applicationOf(stored);
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      const before = (stored["status"] ?? {}) as Status;
      const conditions = this.#stamped([{ type: "InvalidSpecError", message }], before);
      this.#write(stored, { ...before, conditions });
      return undefined;
    }
  }

  async #compare(application: Application): Promise<Comparison> {
    const [refusal] = refusalsOf(this.#cluster, application);
    if (refusal !== undefined)
      return failedComparison(this.#cluster, application, new Error(refusal), "InvalidSpecError");
    try {
      // Two looks a second compare only what has changed: anything in the cluster, or in Git.
      const revisions = await this.#sources.revisions(application.spec);
      const of = [application.stored.metadata.uid, this.#cluster.store.version, ...revisions].join(" ");
      const last = this.#compared.get(application.name);
      if (last?.of === of) return last.comparison;
      const rendered = await this.#sources.render(application, application.spec);
      const comparison = compare(this.#cluster, application, rendered);
      this.#compared.set(application.name, { of, comparison });
      return comparison;
    } catch (thrown) {
      return failedComparison(this.#cluster, application, thrown);
    }
  }

  async #operate(application: Application, comparison: Comparison): Promise<Done> {
    const now = this.#now();
    const { operationState } = application.status;
    const isRunning = operationState?.phase === "Running" || operationState?.phase === "Terminating";
    if (isRunning) return this.#advance(application, operationState);
    if (application.operation !== undefined) return this.#advance(application, begun(application.operation, now));
    const automated = automatedSync(application, comparison, now);
    switch (automated.kind) {
      case "nothing":
        return { conditions: [], hasChanged: false };
      case "refused":
        return { conditions: [automated.condition], hasChanged: false };
      case "sync":
        if (!windowAllows(this.#cluster, application, false, now)) return { conditions: [], hasChanged: false };
        return this.#advance(application, begun(automated.operation, now));
    }
  }

  /** Outside its window a sync that was begun waits, and says so (argo-cd controller/sync.go, SyncAppState). */
  async #advance(application: Application, state: OperationState): Promise<Done> {
    const now = this.#now();
    const isManual = state.operation.initiatedBy?.automated !== true;
    if (state.phase === "Running" && !windowAllows(this.#cluster, application, isManual, now))
      return {
        state: { ...state, message: "Sync operation blocked by sync window" },
        conditions: [],
        hasChanged: false,
      };
    return {
      state: await advance(this.#cluster, this.#sources, application, state, now),
      conditions: [],
      hasChanged: true,
    };
  }

  /** Conditions keep the time at which they first held. */
  #stamped(conditions: readonly Pick<Condition, "type" | "message">[], before: Status): readonly Condition[] {
    return conditions.map((one) => {
      const known = before.conditions?.find(({ type, message }) => type === one.type && message === one.message);
      return { ...one, lastTransitionTime: known?.lastTransitionTime ?? this.#now() };
    });
  }

  #dated(before: Status, after: Record<string, unknown>): Record<string, unknown> {
    const was = before["health"] as { readonly status?: string; readonly lastTransitionTime?: string } | undefined;
    const is = after["health"] as { readonly status: string };
    const since = was?.status === is.status ? (was.lastTransitionTime ?? this.#now()) : this.#now();
    return { ...after, health: { ...is, lastTransitionTime: since }, reconciledAt: before["reconciledAt"] };
  }

  /** An operation stands in `.operation` until it has ended; the refresh annotation goes once it was looked. */
  #write(stored: Stored, status: Record<string, unknown>, state?: OperationState): void {
    const type = this.#cluster.store.typeOfObject(stored);
    const live = this.#cluster.store.get(type, stored.metadata.namespace, stored.metadata.name);
    if (live === undefined || live.metadata.uid !== stored.metadata.uid) return;
    const { [refreshAnnotation]: refresh, ...annotations } = live.metadata.annotations ?? {};
    const operation = operationAfter(stored, live, state);
    const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    if (same(live["status"], status) && refresh === undefined && same(operation, live["operation"])) return;
    const { operation: _, ...rest } = live;
    const metadata = refresh === undefined ? live.metadata : { ...live.metadata, annotations };
    const body = {
      ...rest,
      metadata,
      status: { ...status, reconciledAt: this.#now() },
      ...(operation === undefined ? {} : { operation }),
    };
    const { apiVersion, kind } = live;
    const { name, namespace } = live.metadata;
    this.#cluster.act({ manager, method: "PUT", of: { apiVersion, kind, name, namespace }, body });
  }

  #takeAway(stored: Stored): void {
    const finalizers = stored.metadata.finalizers ?? [];
    if (!finalizers.some((one) => cascade.test(one))) return;
    const { store } = this.#cluster;
    const { syncPolicy } = (stored["spec"] ?? {}) as {
      readonly syncPolicy?: { readonly syncOptions?: readonly string[] };
    };
    for (const object of trackedBy(this.#cluster, stored.metadata.name))
      if (!hasOption(syncPolicy?.syncOptions ?? [], object, "Delete=false"))
        store.delete(store.typeOfObject(object), object);
    const metadata = { ...stored.metadata, finalizers: finalizers.filter((one) => !cascade.test(one)) };
    store.update(store.typeOfObject(stored), stored, { ...stored, metadata });
  }
}

interface Done {
  readonly state?: OperationState;
  readonly conditions: readonly Pick<Condition, "type" | "message">[];
  readonly hasChanged: boolean;
}

/** An operation that was written while this one ended waits for the next look. */
function operationAfter(stored: Stored, live: Stored, state: OperationState | undefined): unknown {
  if (state?.phase === "Running") return state.operation;
  const isNew = JSON.stringify(live["operation"]) !== JSON.stringify(stored["operation"]);
  return state === undefined || isNew ? live["operation"] : undefined;
}
