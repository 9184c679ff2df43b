import type { PlatformConfig } from "../platform/config.ts";
import type { Component, Pin } from "../platform/pin.ts";
import { deployedComponents, deployedIn, umbrellaComponents } from "./join/components-deployed.ts";
import type { ComponentOptions, FoundComponent } from "./join/components-found.ts";
import { workloadComponents } from "./join/components-workloads.ts";
import type { Joining } from "./join/join.ts";
import type { FilePin } from "./reading.ts";

/**
 * The systems that the repository deploys: what Applications, releases and umbrella charts install, workloads that run an
 * image of a known system, and what `millwright.yaml` declares. One for each name, environment and namespace, in that order.
 */
export function componentsOf(
  joining: Joining,
  pins: ReadonlyMap<FilePin, Pin>,
  options: ComponentOptions,
): readonly Component[] {
  const { config, systems } = options;
  const deployed = deployedIn(joining);
  const found = [
    ...deployedComponents(joining, deployed, options),
    ...umbrellaComponents(joining, deployed, options),
    ...workloadComponents(joining, config, systems),
  ];
  return declared(merged(found, pins), config).toSorted(byPlace);
}

interface Ids {
  readonly ids: Set<string>;
}

/** What several sources or files say of one component; the first to know something is taken. */
function merged(found: readonly FoundComponent[], pins: ReadonlyMap<FilePin, Pin>): readonly Component[] {
  const byKey = new Map<string, FoundComponent & Ids>();
  for (const each of found) {
    const key = JSON.stringify([each.name, each.environment, each.namespace]);
    const before = byKey.get(key);
    const ids = before?.ids ?? new Set();
    for (const id of each.pins.flatMap((pin) => pins.get(pin)?.id ?? [])) ids.add(id);
    byKey.set(key, {
      ...each,
      system: before?.system ?? each.system,
      version: before?.version ?? each.version,
      ids,
    });
  }
  return [...byKey.values()].map(publicShape);
}

function publicShape({ name, system, environment, namespace, version, ids }: FoundComponent & Ids): Component {
  return {
    name,
    system: system ?? null,
    environment: environment ?? null,
    namespace: namespace ?? null,
    version: version ?? null,
    pins: [...ids],
  };
}

/** A declaration gives a found component its system; one that was not found is a component without pins. */
function declared(
  components: readonly Component[],
  { components: declarations }: PlatformConfig,
): readonly Component[] {
  const all = [...components];
  for (const { name, system, environment } of declarations) {
    const same = all.filter(
      (component) => component.name === name && (environment === undefined || component.environment === environment),
    );
    for (const component of same) all[all.indexOf(component)] = { ...component, system };
    if (same.length > 0) continue;
    all.push({ name, system, environment: environment ?? null, namespace: null, version: null, pins: [] });
  }
  return all;
}

function byPlace(a: Component, b: Component): number {
  return (
    compare(a.name, b.name) ||
    compare(a.environment ?? "", b.environment ?? "") ||
    compare(a.namespace ?? "", b.namespace ?? "")
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
