import type { Verb } from "../access/verb.ts";
import type { JudgeMove } from "../findings/change.ts";
import type { ReadingCache } from "../inventory/cache.ts";
import type { BackupPorts } from "../kernel/backup-ports.ts";
import type { KubeReader, KubeWriter } from "../kernel/kube.ts";
import type { Clock, Git, Http, Mirror, Tree } from "../kernel/ports.ts";
import type { TlsInspector } from "../kernel/probe-ports.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { Rule, System } from "../systems/contract.ts";
import type { AskPorts } from "../versions/sources/ask.ts";

/** 0 fine, 1 error, 2 found something at or above the threshold. */
export type ExitCode = 0 | 1 | 2;

/** Where text goes. */
export interface Terminal {
  /** Columns of the terminal; undefined for a pipe or a file: nothing is cut then. */
  readonly columns: number | undefined;
  readonly colour: boolean;
  /** Columns of the terminal that complaints and progress go to, whose last line can be written anew; undefined for a file. */
  readonly errColumns?: number | undefined;
}

/** One file of the kit. */
export interface KitFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** How the server is run; as `ServeOptions` of `src/api`, which a shell must not import. */
export interface ServerCall {
  readonly config: string | undefined;
  readonly data: string;
  readonly only: "api" | "worker" | undefined;
  readonly folders: readonly string[];
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly acceptRestored: boolean;
}

/** What a command that proves backups gets. */
export interface BackupShell {
  readonly ports: BackupPorts;
  /** Where restored data may lie for a while, unless another folder is named. */
  readonly scratch: string;
  /** `$PATH`. */
  readonly path: string;
  /** This machine's name. */
  readonly host: string;
  /** What restic's backends take from the environment: keys of object stores, proxies. */
  readonly environment: Readonly<Record<string, string>>;
  /** The secret that a reference names. */
  readonly secret: (ref: SecretRef) => Promise<string>;
  /** A cluster by the backup runner's account; the one that we run in without a kubeconfig. */
  readonly cluster: (kubeconfig: SecretRef | undefined, context: string | undefined) => Promise<KubeWriter>;
  /** HTTP that trusts the certificates of a file, PEM, and no others. Throws `InputError` where it cannot be read. */
  readonly trusting: (caFile: string) => Http;
  /** Ended by Ctrl-C or a request to end; call `release` when the work is done. */
  readonly interrupted: () => { readonly signal: AbortSignal; readonly release: () => void };
}

/** All that a command may touch of the world; `main.ts` binds it. */
export interface Shell {
  /** Absolute. Paths that users give are relative to it. */
  readonly cwd: string;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly http: Http;
  readonly systems: readonly System[];
  readonly rules: readonly Rule[];
  /** Whether a version may move in one step, by the upgrade facts. */
  judgeMove(): Promise<JudgeMove>;
  /** The facts that upgrade plans are made from, as shipped. */
  upgradeFacts(): Promise<unknown>;
  /** The dates at which release lines end, as shipped. */
  endOfLife(): Promise<unknown>;
  /** The sets of versions that were released together, as shipped. */
  provenSets(): Promise<unknown>;
  /** What asking upstreams for releases needs; `git` runs outside any repository. */
  askPorts(): Promise<AskPorts>;
  /** Copies of upstream pages in a folder. */
  openMirror(folder: string): Promise<Mirror>;
  /** A cluster to look at; without a kubeconfig the one that we run in. Throws `InputError` for one that cannot be used. */
  openCluster(options: {
    readonly kubeconfig: string | undefined;
    readonly context: string | undefined;
    readonly allowExec: boolean | undefined;
    readonly allowInsecure: boolean | undefined;
  }): Promise<KubeReader>;
  /** Looks at the certificates that servers show. */
  openTls(): Promise<TlsInspector>;
  /** The maintained repository of the guides. */
  kit(): Promise<readonly KitFile[]>;
  out(text: string): void;
  err(text: string): void;
  /** A folder to read; throws `InputError` when there is none. */
  openFolder(folder: string): Tree;
  /** A revision of the repository around `folder`, below `path`, without a checkout. */
  openRevision(folder: string, revision: string, path?: string): Promise<Tree>;
  git(folder: string): Git;
  /** Readings of a folder kept from earlier runs; undefined with `MILLWRIGHT_CACHE=off`. */
  readingCache(folder: string): ReadingCache | undefined;
  /** The text of one file; undefined when it does not exist. */
  readText(file: string): Promise<string | undefined>;
  writeText(file: string, text: string, options?: { readonly executable?: boolean }): Promise<void>;
  writeBytes(file: string, bytes: Uint8Array): Promise<void>;
  /** A path nobody uses, in a folder of our own. */
  temporaryFile(name: string): Promise<string>;
  /** Removes a file made by `temporaryFile`, with its folder. */
  removeFile(file: string): Promise<void>;
  /** The verbs that a server answers. */
  verbs(): Promise<readonly Verb[]>;
  /** Runs a server until it is told to end. Throws `InputError` where this package holds none. */
  serve(call: ServerCall): Promise<0 | 1>;
  /** Runs a program of the checkout's lab, to its end or, with a log, beside us; undefined in a package, which has none. */
  runLab(program: "start" | "reset", args: readonly string[], logFile: string | undefined): Promise<number | undefined>;
  /** Waits. */
  pause(millis: number): Promise<void>;
  /** The data of server-sent events, one by one, until the stream ends. */
  follow(url: string, token: string): AsyncIterable<string>;
  /** The text of a file that others must not read; undefined when it does not exist, `InputError` when they may. */
  readPrivate(file: string): Promise<string | undefined>;
  /** What proving backups touches; loaded only for that. */
  backups(): Promise<BackupShell>;
  /** Never the same again. */
  uniqueId(): string;
  /** The value of an environment variable; read only where the command's help says so. */
  variable(name: string): string | undefined;
}
