import type { LabCluster } from "../kubernetes/index.ts";
import type { OperationState } from "./application.ts";

/** Where Argo CD reads Git. Both throw an Error whose message is what the person should read (`repository not found`). */
export interface Git {
  /** The commit that a branch, a tag or a (short) hash means. */
  resolve(repoURL: string, revision: string): Promise<string>;
  /** The text files below `path` (`.` for all) at a commit, by their path from there, in any order. */
  files(repoURL: string, revision: string, path: string): Promise<ReadonlyMap<string, string>>;
}

/** What of a chart is asked for; `values` are merged already, the later file over the earlier. */
export interface ChartAsk {
  readonly chart: string;
  /** The chart's own version; for a chart that stands in Git, the Application's targetRevision. */
  readonly version: string;
  readonly release: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Makes the objects that the real chart would make, in miniature. Throws Error with the chart's words when values are refused. */
export type ChartRenderer = (ask: ChartAsk) => readonly unknown[];

export interface ArgoCdOptions {
  readonly cluster: LabCluster;
  readonly git: Git;
  /** By the chart's name, or the last step of its path in Git; the lab's own when left out. */
  readonly charts?: Readonly<Record<string, ChartRenderer>>;
  /** The moment that status and history are stamped with: whole seconds, UTC. The cluster's when left out. */
  readonly now?: () => string;
  /** Between two looks at every Application; 0: only `tick()` looks. 500 when left out. */
  readonly everyMs?: number;
  /** How long a resolved branch or tag is trusted (the real one: 120 s and up to 60 s more); 3 000 when left out. */
  readonly pollMs?: number;
  /** A sync has ended, well or not: what changed the cluster is counted here and not in anybody's database. */
  readonly onSynced?: (application: string, state: OperationState) => void;
  /** A fault of the controller's own; the other Applications are looked at all the same. */
  readonly onError?: (thrown: unknown) => void;
}

/** Argo CD's application controller in miniature, and the two things that its API server does before it writes an operation. */
export interface ArgoCd {
  /** One look at every Application, and one step of every running operation. */
  tick(): Promise<void>;
  /** Asks for a sync as `argocd app sync` does; throws what Argo CD's API server would answer. */
  sync(application: string, wanted?: SyncWanted): void;
  /** `argocd app rollback`; throws where the real API server refuses: under automated sync, or for an unknown id. */
  rollback(application: string, id: number): void;
  close(): Promise<void>;
}

export interface SyncWanted {
  readonly revision?: string;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly resources?: readonly {
    readonly group?: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  }[];
  readonly username?: string;
}
