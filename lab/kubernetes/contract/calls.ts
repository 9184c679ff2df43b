import type { Call } from "./call.ts";
import { applyCalls } from "./calls-apply.ts";
import { changeCalls } from "./calls-changes.ts";
import { discoveryCalls } from "./calls-discovery.ts";
import { doorCalls } from "./calls-door.ts";
import { objectCalls } from "./calls-objects.ts";
import { tableCalls } from "./calls-tables.ts";
import { watchCalls } from "./calls-watch.ts";

/** All calls in the order in which they are sent. */
export const calls: readonly Call[] = [
  ...doorCalls,
  ...discoveryCalls,
  ...objectCalls,
  ...changeCalls,
  ...applyCalls,
  ...watchCalls,
  ...tableCalls,
];
