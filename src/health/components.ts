import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Standing } from "../observations/store-read.ts";
import { type Attributed, attribute, type OwnHealth } from "./attribution.ts";

/** What is known of a component from all of its probes. */
export interface ComponentHealth {
  readonly environment: string;
  readonly component: string;
  readonly system: string;
  readonly health: Attributed;
  /** What is wrong, what is to be done, what is not known. */
  readonly trouble: readonly Standing[];
  readonly upkeep: readonly Standing[];
  readonly unknown: readonly Standing[];
  /** How many subjects were told of, and when last. */
  readonly answers: number;
  readonly at: Instant;
}

/** Environment → component → components it needs. */
export type Needs = (environment: string) => ReadonlyMap<string, readonly string[]>;

const epoch = instantOf(0);

/** Each component's health, with the trouble given to whom it belongs. Ordered by environment and name. */
export function healthOf(standings: readonly Standing[], needs: Needs): readonly ComponentHealth[] {
  const environments = Map.groupBy(standings, ({ environment }) => environment);
  return [...environments].flatMap(([environment, all]) => {
    const components = Map.groupBy(all, ({ component }) => component);
    const attributed = attribute({
      health: mapped(components, ownHealth),
      alone: mapped(components, (own) => summed(own.filter(({ tells }) => tells === "own"))),
      needs: needs(environment),
    });
    return [...components].map(([component, own]) => {
      const bad = own.filter(({ state }) => state === "unhealthy");
      return {
        environment,
        component,
        system: own[0]?.system ?? "",
        health: attributed.get(component) ?? { kind: "unknown" as const },
        trouble: bad.filter(({ tells }) => tells !== "upkeep"),
        upkeep: bad.filter(({ tells }) => tells === "upkeep"),
        unknown: own.filter(({ state }) => state === "unknown"),
        answers: own.length,
        at: own.reduce((latest, { at }) => (at > latest ? at : latest), own[0]?.at ?? epoch),
      };
    });
  });
}

/**
 * Upkeep says nothing of whether a component serves. One of which nothing else is asked (cert-manager by its certificates, Argo CD
 * by its Applications) is well as long as all of its work is; when some is not, it may be the work's own fault.
 */
function ownHealth(standings: readonly Standing[]): OwnHealth {
  const served = standings.filter(({ tells }) => tells !== "upkeep");
  if (served.length > 0) return summed(served);
  return summed(standings) === "healthy" ? "healthy" : "unknown";
}

/** One bad answer is enough for trouble, one good one for health if nothing is bad; absence says nothing of health. */
function summed(standings: readonly Standing[]): OwnHealth {
  if (standings.some(({ state }) => state === "unhealthy")) return "unhealthy";
  return standings.some(({ state }) => state === "healthy") ? "healthy" : "unknown";
}

function mapped<T>(map: ReadonlyMap<string, T>, change: (value: T) => OwnHealth): ReadonlyMap<string, OwnHealth> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
