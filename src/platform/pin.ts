import type { Fact } from "../kernel/fact.ts";
import type { PinState } from "../kernel/version.ts";

export type PinKind = "chart" | "image" | "git" | "module" | "provider" | "tool" | "package" | "action";

/** A place in a file that fixes a version, or ought to. This shape is the public contract `millwright/inventory/1`. */
export interface Pin {
  /** Hash of file, path, kind and name: survives a changed version and moved lines. */
  readonly id: string;
  /** Relative to the audited folder, with `/`. */
  readonly file: string;
  /** Where the version text begins, from 1. For a missing version: where its parent begins. */
  readonly line: number;
  /** From 1, in characters (code points). */
  readonly column: number;
  /**
   * `[start, end)` in bytes of the file: exactly the version text, also inside a YAML string; without the digest that may
   * follow a tag. For a missing version: the parent.
   */
  readonly range: readonly [number, number];
  /** Key path (`spec.source.targetRevision`); for a missing version, where it would be written. */
  readonly path: string;
  /** The reader that found it first. */
  readonly reader: string;
  readonly kind: PinKind;
  /** Image without tag, chart name, repository, module, provider, action. */
  readonly name: string;
  /** The text as written; null when missing. */
  readonly version: string | null;
  /** `sha256:…` when the reference carries one. */
  readonly digest: string | null;
  /** Where its releases come from (chart repository, Git URL, registry), as written; null when the file does not say. */
  readonly source: string | null;
  readonly state: PinState;
  /** What runs because of this pin, when that is not `version` itself: the chart's appVersion, a resolved variable. */
  readonly effective?: Fact<string>;
  readonly environment?: string;
}

/** A system deployed in an environment, as the repository declares it. */
export interface Component {
  readonly name: string;
  /** The id of the system it is an instance of; null when no system recognises it. */
  readonly system: string | null;
  readonly environment: string | null;
  readonly namespace: string | null;
  /** The version of the software that runs (not of its chart); null when the repository cannot tell. */
  readonly version: string | null;
  /** Ids of its pins. */
  readonly pins: readonly string[];
}

/** What `millwright inventory -o json` prints. */
export interface Inventory {
  readonly schema: "millwright/inventory/1";
  readonly files: {
    /** How many files were opened and read; pictures, archives, prose and source code are passed over by their names. */
    readonly read: number;
    readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  };
  readonly pins: readonly Pin[];
  readonly components: readonly Component[];
}
