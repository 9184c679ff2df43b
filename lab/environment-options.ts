import type { Ledger } from "./ledger.ts";
import type { Part } from "./part.ts";
import type { EnvironmentName } from "./platform.ts";
import type { ObjectStore } from "./servers/object-store.ts";
import type { StateFolder } from "./state.ts";

export interface EnvironmentPorts {
  readonly cluster: number;
  readonly postgresql: number;
  readonly redis: number;
  readonly gitlab: number;
  readonly hub: number;
  readonly sharinghub: number;
}

export interface EnvironmentOptions {
  readonly name: EnvironmentName;
  readonly folder: StateFolder;
  readonly ledger: Ledger;
  readonly ports: EnvironmentPorts;
  readonly checkout: string;
  /** The bare repository that Argo CD reads. */
  readonly repository: string;
  /** undefined: S3 is not set up. */
  readonly objectStore: ObjectStore | undefined;
}

/** Remembers a part that is being started, so that it is ended whatever fails beside it. */
export type Begin = <P extends Part>(part: Promise<P>) => Promise<P>;
