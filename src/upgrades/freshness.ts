import { counted } from "../kernel/count.ts";
import { InputError } from "../kernel/errors.ts";
import { daysBetween, type Instant, parseInstant } from "../kernel/instant.ts";
import type { UpgradeFacts } from "./facts.ts";
import type { Plan } from "./plan-types.ts";

/** Facts older than this many days make a plan only when acknowledged: GitLab brings a minor a month and patches between. */
const policyDays = 60;

/** The date of the oldest file a plan for the system is made from. */
function researchedOf(facts: UpgradeFacts, system: string): string {
  const files =
    system === "gitlab"
      ? [facts.path, facts.charts, facts.datastores, facts.checks, facts.rules]
      : [facts.systems, facts.rules];
  return files.map((file) => file.researched).sort()[0] ?? "";
}

/** How old the facts are; throws `InputError` when they are too old and that was not acknowledged by their very date. */
export function judgeFreshness(
  facts: UpgradeFacts,
  system: string,
  now: Instant,
  acceptFactsOf: string | undefined,
): Plan["facts"] {
  const researched = researchedOf(facts, system);
  const at = parseInstant(researched);
  if (at === undefined) throw new Error(`facts carry the date ${JSON.stringify(researched)}`);
  const ageDays = daysBetween(at, now);
  const old = ageDays > policyDays;
  if (old && acceptFactsOf !== researched) {
    const given = acceptFactsOf === undefined ? "" : ` --accept-facts-of ${acceptFactsOf} names another date.`;
    throw new InputError(
      `The facts about ${system} are of ${researched}, ${counted(ageDays, "day")} old; after ${policyDays} days stops and patches may be missing from them.${given} ` +
        `Give newer ones with --facts FILE, or accept these with --accept-facts-of ${researched}.`,
    );
  }
  return { researched, ageDays, policyDays, acknowledged: old };
}
