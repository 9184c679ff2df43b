import { type BackupRule, example, group, hour, sources, span } from "./rule.ts";
import type { DrillState } from "./state-drills.ts";

const sourcesOfDrills = [...sources, "docs/backups.md#drills"];

/** A drill over everything may take three days, and people may have to attest first. */
const graceHours = 7 * 24;

export const drillFailed: BackupRule = {
  id: "backup-drill-failed",
  title: "The last drill did not bring everything back",
  group,
  severity: "high",
  incident: false,
  why: "What could not be brought back in the drill cannot be brought back on the day it is needed; or it took longer, or lost more, than was agreed to.",
  sources: sourcesOfDrills,
  fix: "Read its report, mend what it names, and do the drill again: `millwright backup drill`.",
  examples: {
    failing: example(
      "a store took too long",
      'drills: [{ scope: everything, from: first, last: { id: drill-1, at: "2026-11-20T06:00:00.000Z", verdict: failed, why: ["mlflow/database took 333.3 minutes, and may take 240"] } }]\n',
    ),
    passing: example(
      "it passed",
      'drills: [{ scope: everything, from: first, last: { id: drill-1, at: "2026-11-20T06:00:00.000Z", verdict: passed, why: [] } }]\n',
    ),
  },
  *check({ drills, environment }) {
    for (const one of drills) {
      const { last } = one;
      if (last === undefined || last.verdict === "passed") continue;
      yield {
        subject: subjectOf(environment, one),
        message: `${last.id} (${wordsOf(one)}) ${last.verdict === "failed" ? "failed" : "could not tell all"} at ${last.at}: ${last.why.slice(0, 3).join("; ") || "its report says no more"}.`,
        fix: `\`millwright backup drill --show ${last.id}${one.from === "second" ? " --second" : ""} --environment ${environment}\` for the report; then \`${commandOf(one, environment)}\`.`,
      };
    }
  },
};

export const drillOverdue: BackupRule = {
  id: "backup-drill-overdue",
  title: "A drill is late",
  group,
  severity: "medium",
  incident: false,
  why: "How long it takes until all is back, and whether it comes back at all, is only known of what was tried.",
  sources: sourcesOfDrills,
  fix: "Do it, or see why the one that began by itself did not pass: `millwright run list --procedure drill`.",
  examples: {
    failing: example(
      "none has passed since its turn two weeks ago",
      'drills: [{ scope: one, from: first, dueAt: "2026-11-05T05:00:00.000Z" }]\n',
    ),
    passing: example(
      "one has passed since",
      'drills: [{ scope: one, from: first, dueAt: "2026-11-05T05:00:00.000Z", passedAt: "2026-11-05T06:00:00.000Z" }]\n',
    ),
  },
  *check({ drills, environment, now }) {
    for (const one of drills) {
      const { dueAt, passedAt } = one;
      if (dueAt === undefined || (passedAt !== undefined && passedAt >= dueAt)) continue;
      if (Date.parse(now) - Date.parse(dueAt) <= graceHours * hour) continue;
      yield {
        subject: subjectOf(environment, one),
        message: `A drill over ${wordsOf(one)} was due at ${dueAt}, ${span(dueAt, now)} ago; ${passedAt === undefined ? "none ever passed" : `the last one that passed ended at ${passedAt}`}.`,
        fix: `\`${commandOf(one, environment)}\``,
      };
    }
  },
};

type Kind = Pick<DrillState, "scope" | "from">;

function subjectOf(environment: string, { scope, from }: Kind): string {
  return `drill/${environment}/${scope}${from === "second" ? "/second" : ""}`;
}

function wordsOf({ scope, from }: Kind): string {
  return `${scope === "one" ? "one store" : "everything"}${from === "second" ? ", from the second repository alone" : ""}`;
}

/** What does it again. From the second repository by the server: a report that the command line leaves there never reaches it. */
function commandOf({ scope, from }: Kind, environment: string): string {
  if (from !== "second")
    return `millwright backup drill${scope === "one" ? " --one" : ""} --environment ${environment}`;
  const asked = JSON.stringify({ ...(scope === "one" ? { one: true } : {}), second: true });
  return `millwright run start drill --environment ${environment} --arguments '${asked}'`;
}
