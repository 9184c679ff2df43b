import type { Notifier, Recorder } from "../../access/route.ts";
import type { Opened } from "../../findings/observe.ts";
import type { BackupRunner } from "../../kernel/backup-runner.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import type { Git, Http, Mailer, Tree } from "../../kernel/ports.ts";
import type { Edges } from "../../observations/ports.ts";
import type { Timers } from "../../observations/schedule.ts";
import type { PlatformConfig } from "../../platform/config.ts";
import type { ServerConfig } from "../../platform/server-config.ts";
import type { Rule, System } from "../../systems/contract.ts";
import type { Job } from "../../worker/job.ts";
import type { ServerParts } from "../serve-ports.ts";
import type { Provided } from "../services.ts";
import type { ReleasePorts } from "./releases.ts";

/** What one capability gives to the server: what its routes ask for, and its periodic jobs. */
export interface Capability {
  readonly provided?: readonly Provided[];
  readonly jobs?: readonly Job[];
  /** Begins what goes on beside jobs, in a process that works. */
  readonly begin?: () => Promise<{ close(): Promise<void> }>;
  /** Takes in what Alertmanager sends. */
  readonly takeAlerts?: (message: unknown) => Promise<void>;
  /** Told of findings that a repository with that configuration shows anew. */
  readonly opened?: (config: PlatformConfig) => Opened;
  /** Takes in what an incident system says of our pages: acknowledged, resolved. */
  readonly takeFromPager?: (message: unknown) => Promise<void>;
}

/** As `SmtpOptions` of `src/edge/smtp.ts`. */
interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: "starttls" | "tls" | "none";
  readonly user: string | undefined;
  readonly password: (() => Promise<string>) | undefined;
  readonly from: string;
}

/** The edges that capabilities need. */
export interface CapabilityPorts {
  readonly record: Recorder;
  readonly notify: Notifier;
  readonly http: Http;
  readonly releases: ReleasePorts;
  /** What ships with us: who needs whom, and which versions were released together. */
  readonly facts: { readonly upgrade: unknown; readonly provenSets: unknown };
  readonly version: string;
  /** Environments that this process works for, as its surroundings say; empty: as the configuration says. */
  readonly environments: readonly string[];
  /** Milliseconds that only ever grow. */
  readonly monotonic: () => number;
  /** undefined: the cluster that this process runs in. A kubeconfig is a file, or a text with a name for it. */
  readonly openCluster: (
    kubeconfig: { readonly file: string } | { readonly name: string; readonly text: string } | undefined,
    context: string | undefined,
  ) => KubeWriter;
  readonly probes: {
    readonly edges: Pick<Edges, "http" | "sql" | "redis" | "tls">;
    readonly timers: Timers;
    readonly systems: readonly System[];
    readonly wait: (millis: number, signal: AbortSignal) => Promise<void>;
  };
  /** Works on backups where the data is; `config` is the server's own file, `data` where its own database is if no other is named. */
  readonly openBackupRunner: (config: () => string | undefined, data: string) => BackupRunner;
  /** All that have a page, for the documents. */
  readonly rules: readonly Rule[];
  /** The files of a repository as they are now; `data` is the folder in which copies of it are kept. */
  readonly openRepository: (
    repository: ServerConfig["repositories"][number],
    data: string,
    credential: string | undefined,
  ) => Promise<{ readonly tree: Tree; readonly revision: string | undefined }>;
  readonly openMailer: (options: SmtpOptions) => Mailer;
  /** The bare repository in which the log's commits are made. */
  readonly openLog: (folder: string) => Promise<Git>;
  /** Does work with the variables that carry a credential to Git; they hold no longer than the work takes. */
  readonly withGitCredential: <T>(
    folder: string,
    credential: { readonly url: string; readonly secret: string | undefined },
    work: (env: Readonly<Record<string, string>>) => Promise<T>,
  ) => Promise<T>;
}

/** What capabilities are built from. */
export interface Building {
  readonly parts: ServerParts;
  readonly ports: CapabilityPorts;
  /** The `millwright.yaml` in force: asked anew each time. */
  readonly platform: () => PlatformConfig;
  /** Looks whether another one is in force by now. */
  readonly look: () => Promise<void>;
}
