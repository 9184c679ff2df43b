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
  /** Of each component it needs that nobody can tell of: the answer that is missing. The cause may lie there. */
  readonly blind: readonly Standing[];
  /** What holds it down on purpose; or all of those that it is affected by. */
  readonly held: Standing["held"];
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
    const needed = needs(environment);
    const holds = new Map([...components].map(([component, own]) => [component, holdOn(own)]));
    const attributed = attribute({
      // Whoever needs one that is held down is affected by it.
      health: mapped(components, (own, component) => (holds.get(component) ? "unhealthy" : ownHealth(own))),
      alone: mapped(components, (own) => summed(own.filter(({ tells }) => tells === "own"))),
      needs: needed,
    });
    return [...components].map(([component, own]) => {
      const bad = own.filter(({ state }) => state === "unhealthy");
      const held = holds.get(component);
      const health = held === undefined ? attributed.get(component) : undefined;
      return {
        environment,
        component,
        system: own[0]?.system ?? "",
        health: health ?? { kind: "unknown" as const },
        trouble: bad.filter(({ tells }) => tells !== "upkeep"),
        upkeep: bad.filter(({ tells }) => tells === "upkeep"),
        unknown: own.filter(({ state }) => state === "unknown"),
        blind: (needed.get(component) ?? [])
          .filter((name) => attributed.get(name)?.kind === "unknown")
          .flatMap((name) => latestUnknown(components.get(name) ?? [])),
        held: held ?? holdBehind(health, holds),
        answers: own.length,
        at: own.reduce((latest, { at }) => (at > latest ? at : latest), own[0]?.at ?? epoch),
      };
    });
  });
}

/** The one that was asked last: what was not looked at for long only follows from it. */
function latestUnknown(standings: readonly Standing[]): readonly Standing[] {
  const unknown = standings.filter(({ state, tells }) => state === "unknown" && tells !== "upkeep");
  return unknown.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 1);
}

/** What is wrong with a component, with what may be behind it: `readiness answers 500; mlflow-postgresql, which it needs, …`. */
export function troubleInWords({ health, blind }: ComponentHealth, { evidence }: Standing): string {
  if (health.kind === "affected") return `${evidence} (affected by ${health.causes.join(", ")})`;
  const behind = blind.map((one) => `; it needs ${one.component}, of which nothing is known: ${one.evidence}`);
  return `${evidence}${behind.join("")}`;
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

/** What holds all of a component down. Where that is a part of it, or another part is in trouble, what its other probes say counts. */
function holdOn(standings: readonly Standing[]): Standing["held"] {
  if (standings.some(({ state, tells }) => state === "unhealthy" && tells !== "upkeep")) return undefined;
  return standings.find(({ held }) => held?.isPart === false)?.held;
}

/** Of one that is affected by what is held down, and by nothing else. */
function holdBehind(health: Attributed | undefined, holds: ReadonlyMap<string, Standing["held"]>): Standing["held"] {
  if (health?.kind !== "affected") return undefined;
  const causes = health.causes.map((cause) => holds.get(cause));
  return causes.includes(undefined) ? undefined : causes[0];
}

function mapped<T>(
  map: ReadonlyMap<string, T>,
  change: (value: T, key: string) => OwnHealth,
): ReadonlyMap<string, OwnHealth> {
  return new Map([...map].map(([key, value]) => [key, change(value, key)]));
}
