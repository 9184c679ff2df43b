import { counted } from "../kernel/count.ts";
import type { Collision } from "./collisions.ts";

/** How far a system is behind its upstream, and how fast both move. */
export interface Track {
  readonly title: string;
  readonly environment: string;
  /** Hops that the upgrade plan needs today; undefined when nobody counted them. */
  readonly hopsBehind: number | undefined;
  /** Releases a year that matter: for GitLab one minor a month. */
  readonly releasesPerYear: number;
  /** How many releases one hop may pass at most: for GitLab from one required stop to the next. */
  readonly releasesPerHop: number;
  readonly hopsPerOpening: number;
  readonly openingsPerYear: number;
}

/** GitLab releases a minor each month (on its third Thursday), and since 17.5 stops are x.2, x.5, x.8 and x.11: three minors apart. */
export const gitlabPace = { releasesPerYear: 12, releasesPerHop: 3 } as const;

/** Months until nothing is behind any more; undefined when that never comes. */
export function monthsToCatchUp(track: Track): number | undefined {
  const gained = gainedPerYear(track);
  const { hopsBehind = 1, releasesPerHop } = track;
  if (hopsBehind === 0 && gained >= 0) return 0;
  return gained <= 0 ? undefined : ((hopsBehind * releasesPerHop) / gained) * 12;
}

function gainedPerYear({ openingsPerYear, hopsPerOpening, releasesPerHop, releasesPerYear }: Track): number {
  return openingsPerYear * hopsPerOpening * releasesPerHop - releasesPerYear;
}

/** Says so when a system never catches up at the pace of its windows. */
export function catchUpCollision(track: Track): Collision | undefined {
  if (monthsToCatchUp(track) !== undefined) return undefined;
  const { title, environment, hopsBehind, openingsPerYear, hopsPerOpening, releasesPerHop, releasesPerYear } = track;
  const made = openingsPerYear * hopsPerOpening * releasesPerHop;
  const lost = releasesPerYear - made;
  const oneByOne = openingsPerYear * hopsPerOpening;
  const needed = Math.floor(releasesPerYear / (openingsPerYear * releasesPerHop)) + 1;
  return {
    kind: "never-catches-up",
    title: `${title} in ${environment} never catches up: ${counted(hopsPerOpening, "hop")} an opening, ${counted(openingsPerYear, "opening")} a year`,
    arithmetic: [
      `${openingsPerYear} × ${hopsPerOpening} hop × at most ${releasesPerHop} releases = ${made} releases a year; upstream makes ${releasesPerYear}.`,
      sayFuture(hopsBehind, Math.ceil(lost / releasesPerHop)),
      `Without downtime, one release at a time, it is ${oneByOne} against ${releasesPerYear}.`,
    ],
    toDo: `Make at least ${counted(needed, "hop")} in each opening, or open at least ${Math.floor(releasesPerYear / (hopsPerOpening * releasesPerHop)) + 1} times a year until it has caught up.`,
  };
}

function sayFuture(hopsBehind: number | undefined, more: number): string {
  if (hopsBehind !== undefined) return `${counted(hopsBehind, "hop")} behind today, ${hopsBehind + more} in a year.`;
  return more === 0
    ? "However far behind it is today, it stays so."
    : `However far behind it is today, it is ${counted(more, "hop")} more in a year.`;
}
