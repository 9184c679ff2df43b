import type { Mapping, Step } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { Output } from "../reader.ts";

/** One Flux object and where its pins go. */
export interface FluxObject {
  readonly file: SourceFile;
  readonly root: Mapping;
  readonly name: string;
  readonly namespace: string;
  /** Of every object of the file, this one included: a source is often written beside its release. */
  readonly beside: ReadonlyMap<string, Mapping>;
  /** The pins of this file's sources by name, sources being read first. */
  readonly sourcePins: Map<string, number>;
  readonly pathOf: (steps: readonly Step[]) => string;
  readonly out: Output;
}
