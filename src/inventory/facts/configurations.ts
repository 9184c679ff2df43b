import type { PlatformConfig } from "../../platform/config.ts";
import type { Application, Configuration } from "../../platform/configuration.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { System } from "../../systems/contract.ts";

/** The Helm configuration of every component. */
export function configurationsOf(input: {
  readonly files: readonly SourceFile[];
  readonly applications: readonly Application[];
  readonly systems: readonly System[];
  readonly config: PlatformConfig;
}): readonly Configuration[] {
  void input;
  return [];
}
