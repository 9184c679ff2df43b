import type { PlatformConfig } from "../../platform/config.ts";
import type { System } from "../../systems/contract.ts";
import type { FilePin } from "../reading.ts";

/** What components are told by. */
export interface ComponentOptions {
  readonly config: PlatformConfig;
  readonly systems: readonly System[];
}

/** A component as one file or deployment shows it. */
export interface FoundComponent {
  readonly name: string;
  /** The system's id; undefined when none recognises it. */
  readonly system: string | undefined;
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
  /** Of the software, not of its chart; undefined when the repository does not fix it. */
  readonly version: string | undefined;
  readonly pins: readonly FilePin[];
}

/** The version that an image runs, when it names one release: a moving tag says nothing of the version. */
export function versionRunBy(pin: FilePin): string | undefined {
  if (pin.state !== "pinned") return undefined;
  if (pin.effective?.kind === "known") return pin.effective.value;
  return pin.version ?? undefined;
}
