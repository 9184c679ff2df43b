import type { Procedure } from "../plan.ts";
import { checklist } from "./checklist.ts";
import { putBack } from "./put-back.ts";
import { restart } from "./restart.ts";
import { rollOut } from "./roll-out.ts";
import { silence } from "./silence.ts";
import { testDevelopment } from "./test-development.ts";

/** The procedures of the engine's own. An old version stays in this list for as long as a run may use it. */
export const procedures: readonly Procedure[] = [restart, rollOut, putBack, silence, checklist, ...testDevelopment];
