import { gitlabPace, type Track } from "./catch-up.ts";
import { isNoLimit, usableOpenings } from "./collisions.ts";
import type { CompiledCalendar, EnvironmentCalendar } from "./compiled.ts";
import { day } from "./zone.ts";

/**
 * How GitLab keeps up in each environment whose windows are a limit. `hopsBehind` is what its upgrade plan counts, where somebody
 * asked for one.
 */
export function gitlabTracks(
  calendar: CompiledCalendar,
  from: number,
  { hopsBehind, hopsPerOpening }: { readonly hopsBehind: number | undefined; readonly hopsPerOpening: number },
): readonly Track[] {
  return [...calendar.environments.values()].flatMap((environment) => {
    if (environment.systems !== undefined && !environment.systems.has("gitlab")) return [];
    const openings = usableOpenings(environment, from, from + 365 * day);
    if (openings.length === 0 || isNoLimit(openings)) return [];
    const openingsPerYear = Math.min(openings.length, budgetOf(environment));
    return [
      { title: "GitLab", environment: environment.name, hopsBehind, hopsPerOpening, openingsPerYear, ...gitlabPace },
    ];
  });
}

const turnsPerYear = { any: Infinity, week: 52, month: 12, quarter: 4 } as const;

/** How many openings a year may be used: a year that begins amid a quarter touches five of them, yet has four. */
function budgetOf({ windows }: EnvironmentCalendar): number {
  return windows.reduce((sum, { window }) => sum + turnsPerYear[window.cadence], 0);
}
