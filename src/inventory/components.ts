import type { PlatformConfig } from "../platform/config.ts";
import type { Component, Pin } from "../platform/pin.ts";
import type { System } from "../systems/contract.ts";
import type { Joining } from "./join/join.ts";
import type { FilePin } from "./reading.ts";

/** The systems that the repository deploys, from its Applications, releases and workloads. */
export function componentsOf(
  joining: Joining,
  pins: ReadonlyMap<FilePin, Pin>,
  options: { readonly config: PlatformConfig; readonly systems: readonly System[] },
): readonly Component[] {
  void joining;
  void pins;
  void options;
  return [];
}
