import { compareReleases } from "../kernel/version.ts";
import type { Answers } from "./answers.ts";
import { downgrade, illegal, type MoveContext, type MoveVerdict, plainOf, unknown } from "./change-verdict.ts";
import type { UpgradeFacts, WindowRow } from "./facts.ts";
import {
  byNumbers,
  gitlabOf,
  gitlabReleases,
  majorOf,
  minorOf,
  newestPatches,
  numbersOf,
  rowFor,
} from "./gitlab-facts.ts";
import { judgeStop } from "./legs.ts";
import { stopsBetween } from "./path.ts";

/** A move of GitLab itself, by its own version or its chart's. */
export function judgeGitlab(facts: UpgradeFacts, from: string, to: string, context: MoveContext): MoveVerdict {
  const [start, goal] = context.isChart === true ? [gitlabOf(facts, from), gitlabOf(facts, to)] : [from, to];
  if (start === undefined || goal === undefined) {
    return unknown(
      `chart ${start === undefined ? from : to} is not in the chart table`,
      facts.charts.authoritative_lookup,
    );
  }
  if (byNumbers(start, goal) > 0)
    return downgrade(facts, "gitlab", start, goal, `restore a backup made by exactly ${goal}, same edition`);
  const broken = facts.datastores.broken.find((one) => one.version === goal && one.severity === "refuse");
  if (broken !== undefined) {
    const better = newestPatches(gitlabReleases(facts)).get(minorOf(goal));
    return illegal(
      "broken-release",
      `GitLab ${goal}: ${broken.why}`,
      better === undefined ? "choose a later patch" : `go to ${better}`,
      broken.source,
    );
  }
  return judgeStops(facts, start, goal, context.answers ?? {});
}

function judgeStops(facts: UpgradeFacts, from: string, to: string, answers: Answers): MoveVerdict {
  const jumped = stopsBetween(facts, from, to).map((stop) => judgeStop({ ...facts, answers }, stop));
  const newest = newestPatches(gitlabReleases(facts));
  const required = jumped.filter(({ condition }) => condition === undefined || condition.decided === "take");
  if (required.length > 0) {
    const stops = required.map(({ stop }) => newest.get(stop.version) ?? stop.version);
    return illegal(
      "stop-rule",
      `GitLab ${from} to ${to} jumps over ${stops.length === 1 ? "the required stop" : "the required stops"} ${stops.join(", ")}`,
      `go to ${stops[0]} first and let its background migrations finish; \`millwright upgrade plan gitlab --from ${from} --to ${to}\` prints the way`,
      facts.path.rules.find((rule) => rule.id === "stop-rule")?.source ?? "",
    );
  }
  const open = jumped.filter(({ condition }) => condition?.decided === "unknown");
  const [first] = open;
  if (first === undefined) return { kind: "legal" };
  return unknown(
    `GitLab ${from} to ${to} jumps over ${open.map(({ stop }) => stop.version).join(", ")}, needed only if: ${first.condition?.text ?? ""}`,
    first.condition?.query ?? "no query is known: take the stop when unsure",
  );
}

/**
 * PostgreSQL or Redis under a GitLab: the new version must be inside its window. Undefined where that says nothing, also
 * for a downgrade, which other rules judge.
 */
export function judgeWindow(
  facts: UpgradeFacts,
  id: "postgresql" | "redis",
  from: string,
  to: string,
  gitlab: string | undefined,
): MoveVerdict | undefined {
  const version = plainOf(gitlab ?? "");
  if (version === undefined || byNumbers(from, to) > 0) return undefined;
  const row = rowFor(facts.datastores[id].rows, version);
  return row === undefined ? undefined : insideWindow(row, id, to, version, facts.datastores[id].source);
}

function insideWindow(
  row: WindowRow,
  id: "postgresql" | "redis",
  to: string,
  gitlab: string,
  source: string,
): MoveVerdict | undefined {
  const title = { postgresql: "PostgreSQL", redis: "Redis" }[id];
  const rule = `${id}-by-major`;
  if (isBelow(row, to)) {
    const needed = `${title} ${row.min} or newer`;
    return illegal(rule, `GitLab ${gitlab} needs ${needed}; ${to} is older`, `go to ${needed}`, source);
  }
  const newest = row.tested ?? row.max ?? undefined;
  const [major, limit] = [majorOf(to), majorOf(newest)];
  if (major === undefined || limit === undefined || major <= limit) return undefined;
  return illegal(
    rule,
    `${title} ${to} is newer than GitLab ${gitlab} is documented to run on (${newest})`,
    `stay on ${title} ${newest} until GitLab is on a line that takes ${major}`,
    source,
  );
}

/** A bare major (`16`) is read as its newest minor. */
function isBelow(row: WindowRow, version: string): boolean {
  const numbers = numbersOf(version);
  return compareReleases(numbers, numbersOf(row.min).slice(0, numbers.length)) < 0;
}
