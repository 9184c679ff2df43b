import { followConstants } from "./constants.ts";
import type { Join } from "./join.ts";

/** In this order: first what a name stands for, then what overrides it, then what follows from it. */
export const joins: readonly Join[] = [followConstants];
