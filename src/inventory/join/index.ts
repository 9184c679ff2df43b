import { followConstants } from "./constants.ts";
import { followChartDefaults } from "./effective.ts";
import { followChartLocks } from "./effective-lock.ts";
import type { Join } from "./join.ts";
import { overrideImages } from "./override.ts";
import { followSources } from "./override-sources.ts";
import { followReleasePatches } from "./release-patches.ts";
import { mergeValues } from "./values.ts";

/** In this order: first what a name stands for, then what overrides it, then what follows from it. */
export const joins: readonly Join[] = [
  followConstants,
  overrideImages,
  followSources,
  followReleasePatches,
  followChartLocks,
  mergeValues,
  followChartDefaults,
];
