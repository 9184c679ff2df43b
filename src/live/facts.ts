import type { SyncResource } from "../engine/argocd/application.ts";
import type { Fact } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";

/** What was seen of one environment's cluster at one moment. Texts are for people; no secret is among them. */
export interface LiveFacts {
  readonly environment: string;
  readonly production: boolean;
  readonly now: Instant;
  /** As Argo CD sees them. */
  readonly applications: Fact<readonly LiveApplication[]>;
  /** What is not as Git says, a field each. */
  readonly drifts: Fact<readonly LiveDrift[]>;
  /** cert-manager's. */
  readonly certificates: Fact<readonly LiveCertificate[]>;
  /** What hosts show to who connects. */
  readonly served: Fact<readonly ServedCertificate[]>;
  /** Who can change the platform without Git. */
  readonly writers: Fact<readonly LiveWriter[]>;
  readonly workloads: Fact<readonly LiveWorkload[]>;
}

export interface LiveApplication {
  readonly namespace: string;
  readonly name: string;
  readonly sync: string;
  readonly health: string;
  readonly message: string;
  readonly unhealthySince: string | null;
  /** Whether Argo CD puts back by itself what is changed by hand. */
  readonly selfHeal: boolean;
  readonly automated: boolean;
  /** The commits that it was compared with. */
  readonly target: readonly string[];
  readonly syncedAt: string | null;
  /** Git moved on since the last sync. */
  readonly behind: boolean;
  readonly comparedAt: string | null;
  /** Its last or present operation. */
  readonly operation: { readonly phase: string; readonly message: string; readonly finishedAt: string | null } | null;
  readonly outOfSync: readonly SyncResource[];
}

/** A field that Git says one thing about and the cluster another. */
export interface LiveDrift {
  /** Of which Application; null: of none that is known. */
  readonly application: { readonly namespace: string; readonly name: string } | null;
  readonly resource: SyncResource;
  /** Empty: Argo CD says that the resource differs, and not in what. */
  readonly field: string;
  readonly git: string;
  readonly live: string;
  /** The values are not shown. */
  readonly secret: boolean;
  /** When the field was written last; null where the cluster does not tell. */
  readonly since: string | null;
  readonly author: string | null;
  /** It was written with a tool that people use. */
  readonly hand: boolean;
  readonly file: string | null;
  readonly selfHeal: boolean;
  /** What holds its workload down on purpose; `planned`: this field is what that changed, and so no drift. */
  readonly held?: { readonly by: string; readonly since: Instant; readonly planned: boolean } | undefined;
}

export interface LiveCertificate {
  readonly namespace: string;
  readonly name: string;
  readonly names: readonly string[];
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly renewalTime: string | null;
  /** null: cert-manager has not said so far. */
  readonly ready: boolean | null;
  readonly message: string;
}

export interface ServedCertificate {
  readonly host: string;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly issuer: string;
  /** What is wrong besides its end; empty: nothing. */
  readonly fault: string;
  /** The host could not be asked. */
  readonly unknown: string;
}

export interface LiveWriter {
  readonly kind: string;
  readonly name: string;
  readonly powers: readonly string[];
  /** Namespaces; `*` for the whole cluster. */
  readonly places: readonly string[];
  readonly bindings: readonly string[];
}

export interface LiveWorkload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly application: string | null;
  readonly wanted: number;
  readonly ready: number;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}
