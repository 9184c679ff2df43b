import type { Listed } from "../store-kind.ts";
import type { Place } from "./place.ts";
import { componentOf } from "./store-name.ts";

/** A store of a point whose backup lists what it holds. */
export interface Source {
  /** `mlflow/artifacts` */
  readonly store: string;
  readonly listed: Listed;
  /** Which part of which component's data it is, where that is known: `lfs` of `gitlab`. */
  readonly part?: { readonly of: string; readonly id: string } | undefined;
}

/** What a row of a database names. */
export interface Named {
  /** Of the database. */
  readonly component: string;
  /** Which of the component's data: `lfs`. */
  readonly part: string;
  /** Whether the component's buckets are for that alone. */
  readonly isInBuckets: boolean;
  readonly place: Place;
}

/**
 * `sure`: what is not there is in no backup. `own`: it lies there before it lies in others. `may`: who knows.
 */
type Claim = "sure" | "own" | "may" | "none";

/** The stores that can hold what a row names, and whether one of them has to. Another's like-named key is none of it. */
export function holdersOf(
  named: Named,
  sources: readonly Source[],
): { readonly holders: readonly Source[]; readonly isSure: boolean } {
  const claims = sources.map((source) => ({ source, claim: claimOf(source, named) }));
  const own = claims.filter(({ claim }) => claim === "sure" || claim === "own");
  const holders = own.length > 0 ? own : claims.filter(({ claim }) => claim === "may");
  return { holders: holders.map(({ source }) => source), isSure: own.some(({ claim }) => claim === "sure") };
}

function claimOf(source: Source, named: Named): Claim {
  const { place } = named;
  switch (place.kind) {
    case "bucket":
      return ofBucket(source, place);
    case "volume":
      return ofVolume(source, named, place);
    case "below":
      return ofData(source, named);
  }
}

function ofBucket({ listed }: Source, { bucket, path }: Extract<Place, { readonly kind: "bucket" }>): Claim {
  if (listed.kind !== "bucket" || listed.bucket !== bucket) return "none";
  return path.startsWith(listed.prefix) || listed.prefix.startsWith(`${path}/`) ? "sure" : "none";
}

function ofVolume(
  { listed, store }: Source,
  { component }: Named,
  { path, isWhole }: Extract<Place, { readonly kind: "volume" }>,
): Claim {
  if (listed.kind !== "folders") return "none";
  if (!isWhole) return componentOf(store) === component ? "own" : "may";
  return listed.paths.some((one) => `${path}/`.startsWith(`${one.replace(/^\/+|\/+$/g, "")}/`)) ? "sure" : "none";
}

/** A store that has the data's own name, or that an archive leaves it to, is for that; other files may be something else of the component's. */
function ofData({ listed, store, part }: Source, { component, part: wanted, isInBuckets }: Named): Claim {
  if (part !== undefined && part.id !== wanted) return "none";
  if (part?.of === component || store === `${component}/${wanted}`) return "sure";
  if (componentOf(store) !== component || !isInBuckets) return "may";
  return listed.kind === "bucket" ? "sure" : "own";
}
