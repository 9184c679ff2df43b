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

/** Starts a part and remembers it, so that it is ended whatever fails beside it. Once that is so, it starts none. */
export type Begin = <P extends Part>(start: () => Promise<P>) => Promise<P>;
