import type { Instant } from "../kernel/instant.ts";
import { standings } from "../observations/store-read.ts";
import type { Store } from "../store/store.ts";
import { healthFacts } from "./alert-rules.ts";
import type { Needs } from "./components.ts";
import { type HealthLook, lookAt } from "./look.ts";
import type { Patience } from "./patience.ts";
import { judgeSignature, signatureCounts } from "./signatures.ts";

/** The source under which the findings' life cycle keeps what is found here. */
export const healthSource = "observations";

/** Judges what is observed now by the alert rules. To be done every minute or so, and kept by the findings' life cycle. */
export async function assessHealth(store: Store, now: Instant, needs: Needs, patience?: Patience): Promise<HealthLook> {
  const signatures = (await signatureCounts(store, now)).map(judgeSignature);
  return lookAt(healthFacts(await standings(store, now), needs, signatures, now, patience));
}
