import type { OidcSettings } from "../access/oidc.ts";
import type { Notifier, Recorder, Route } from "../access/route.ts";
import type { Opened } from "../findings/observe.ts";
import type { Clock, Tree } from "../kernel/ports.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { SealingKeys } from "../store/sealed.ts";
import type { Store } from "../store/store.ts";
import type { Rule, System } from "../systems/contract.ts";
import type { Job } from "../worker/job.ts";
import type { LogLine } from "./options.ts";
import type { Provided } from "./services.ts";

/** How `millwright serve` was called. */
export interface ServeOptions {
  /** The server's configuration; what holds without one when left out. */
  readonly config: string | undefined;
  /** Where the embedded database and what is kept beside it are; absolute. */
  readonly data: string;
  /** Both when left out. */
  readonly only: "api" | "worker" | undefined;
  /** Folders read as repositories, besides those of the configuration. */
  readonly folders: readonly string[];
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** A person says that a restored database is to be worked with. */
  readonly acceptRestored: boolean;
}

/** What capabilities add to the server: their routes, what those ask for, and their periodic jobs. */
export interface Capabilities {
  readonly routes: readonly Route[];
  readonly provided: readonly Provided[];
  readonly jobs: readonly Job[];
  /** The configuration in force, each part the same object until it is another one. */
  readonly given: () => readonly unknown[];
  /** undefined: nothing here takes alerts in. */
  readonly takeAlerts: ((message: unknown) => Promise<void>) | undefined;
  /** undefined: nothing here takes in what a pager answers. */
  readonly takeFromPager: ((message: unknown) => Promise<void>) | undefined;
  /** Told of findings that a repository with that configuration shows anew. */
  readonly opened: ((config: PlatformConfig) => Opened) | undefined;
  /** Begins what goes on beside jobs, in a process that works. */
  readonly begin: () => Promise<{ close(): Promise<void> }>;
  /** Ends what was begun for them. */
  readonly close: () => Promise<void>;
}

/** The server's own configuration as a file. */
export interface ConfigFile {
  readonly name: string;
  readonly text: string | undefined;
  readonly problem: string | undefined;
}

/** Given to whoever builds the capabilities. */
export interface ServerParts {
  readonly store: Store;
  /** Where this server keeps what it can lose. */
  readonly dataFolder: string;
  /** Never shown. */
  readonly databaseUrl: string;
  readonly config: () => ServerConfig;
  /** Its file as it was last seen, and what is wrong with it; undefined when the server runs without one. */
  readonly configFile: () => ConfigFile | undefined;
  /** The keys that secrets in the database are sealed with; undefined when none is configured. */
  readonly sealingKeys: () => Promise<SealingKeys | undefined>;
  readonly version: string;
  readonly useSecret: (ref: SecretRef, purpose: string) => Promise<string>;
  readonly mode: () => "observe" | "shadow" | "act";
  readonly clock: Clock;
  /** Why the database counted as restored, where a person accepted it with this start. */
  readonly accepted: string | undefined;
  readonly log: (line: LogLine) => void;
}

type Repository = ServerConfig["repositories"][number];

/** All that the server touches of the world; `main.ts` binds it. */
export interface ServePorts {
  readonly version: string;
  /** Tells this process from others: host and process number. */
  readonly processId: string;
  readonly clock: Clock;
  readonly systems: readonly System[];
  readonly rules: readonly Rule[];
  readonly record: Recorder;
  readonly notify: Notifier;
  readonly fetch: OidcSettings["fetch"];
  readonly capabilities: (parts: ServerParts) => Promise<Capabilities>;
  readonly random: () => number;
  readonly wait: (millis: number, signal: AbortSignal) => Promise<void>;
  readonly timeout: (seconds: number) => AbortSignal;
  /** The text of a file; undefined when there is none. */
  readonly readText: (file: string) => Promise<string | undefined>;
  /** A file of the built console. */
  readonly console: (path: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Writes a file that only this user reads. */
  readonly writePrivate: (file: string, text: string) => Promise<void>;
  /** `sealed` is left out before the database is open. */
  readonly resolveSecret: (
    ref: SecretRef,
    sealed: { readonly store: Store; readonly sealing: ServerConfig["sealing"] } | undefined,
  ) => Promise<string>;
  /** What this process takes of the machine, and how it gives some back (`src/edge/memory.ts`). */
  readonly memory: { held(): number; usedMillis(): number; giveBack(): void };
  /** `$PATH`: where the database's programs are looked for. */
  readonly programsPath: string;
  readonly openRepository: (
    repository: Repository,
    data: string,
    credential: string | undefined,
    signal: AbortSignal,
  ) => Promise<{ readonly tree: Tree; readonly revision: string | undefined }>;
  /** For people: what they have to know to begin. */
  readonly say: (text: string) => void;
  readonly log: (line: LogLine) => void;
}
