import { environmentOf, type PlatformConfig } from "../../platform/config.ts";
import type { System } from "../../systems/contract.ts";
import { type FoundComponent, versionRunBy } from "./components-found.ts";
import { recogniseImage } from "./components-recognition.ts";
import type { Joining } from "./join.ts";

/** Workloads that run an image of a known system by themselves; others are applications of their own, not our systems. */
export function workloadComponents(
  joining: Joining,
  config: PlatformConfig,
  systems: readonly System[],
): readonly FoundComponent[] {
  const known = new Map<string, System | undefined>();
  const systemOf = (image: string): System | undefined => {
    if (!known.has(image)) known.set(image, recogniseImage(image, systems));
    return known.get(image);
  };
  return joining.notes("workload").flatMap(({ file, note }) => {
    const pins = note.pins.flatMap((index) => joining.pin(file, index) ?? []);
    for (const pin of pins) {
      const system = pin.kind === "image" ? systemOf(pin.name) : undefined;
      if (system === undefined) continue;
      const { name, namespace } = note;
      const environment = environmentOf(file, config);
      return [{ name, system: system.id, environment, namespace, version: versionRunBy(pin), pins }];
    }
    return [];
  });
}
