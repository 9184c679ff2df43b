import type { ArgoCd } from "./argocd/handle.ts";
import type { CertManager } from "./cert-manager/handle.ts";
import type { GitlabStandIn } from "./gitlab/index.ts";
import type { LabCluster } from "./kubernetes/index.ts";
import type { Ledger } from "./ledger.ts";
import type { MlflowStandIn } from "./mlflow/index.ts";
import type { Part } from "./part.ts";
import type { Ingress } from "./servers/ingress.ts";
import type { Postgresql } from "./servers/postgresql.ts";
import type { Redis } from "./servers/redis.ts";
import type { SharingHubStandIn } from "./sharinghub/index.ts";
import type { Artifacts } from "./stores/artifacts.ts";

export const environmentNames = ["development", "staging", "production"] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** Where the tests that write may write: in the group `canary`, by a token for it alone. */
export const canaryEnvironment: EnvironmentName = "development";

/** One environment of the lab, running. */
export interface Environment extends Part {
  readonly name: EnvironmentName;
  readonly cluster: LabCluster;
  readonly argocd: ArgoCd;
  readonly certManager: CertManager;
  readonly postgresql: Postgresql;
  readonly redis: Redis;
  readonly gitlab: GitlabStandIn;
  readonly sharinghub: SharingHubStandIn;
  readonly mlflow: MlflowStandIn;
  readonly ingress: Ingress;
  /** Addresses as people and probes use them. */
  readonly urls: { readonly gitlab: string; readonly hub: string };
  /** File with the certificates to trust for them. */
  readonly caFile: string;
  /** Sets GitLab's clock so many milliseconds ahead of the right time. */
  skew(millis: number): void;
  /** The folder of its backups. */
  readonly repository: string;
  readonly artifacts: Artifacts;
  readonly refill: {
    /** Those that are missing or empty, with the rows of the beginning. */
    databases(): Promise<void>;
  };
  /** Personal access tokens that the environment's GitLab knows. */
  readonly tokens: { readonly probe: string; readonly member: string; readonly canary?: string };
}

/** What faults work on: the three environments and what stands around them. */
export interface Platform {
  readonly environments: Readonly<Record<EnvironmentName, Environment>>;
  readonly ledger: Ledger;
}
