import { counted } from "../../kernel/count.ts";
import { type BackupRule, example, group, hour, sources } from "./rule.ts";
import type { RemovalState } from "./state-removal.ts";

/** So long a plan may wait for somebody. */
const waitDays = 14;

export const removalOverdue: BackupRule = {
  id: "backup-removal-overdue",
  title: "What retention keeps no longer is there yet",
  group,
  severity: "medium",
  incident: false,
  why: "Backups that are kept longer than was agreed to cost room, until there is none for a new one; and what was to be forgotten by then is not. What interrupted runs left is of no use at all.",
  sources: [...sources, "docs/backups.md#schedules-and-retention"],
  fix: "Read what is to go, and agree to it, or say why not: `millwright run list --procedure prune-backups`. Without a server: `millwright backup prune`.",
  examples: {
    failing: example(
      "a plan waits for somebody since three weeks",
      'removal: { backups: 7, bytes: 1, overdue: 0, overdueWeeks: 4, waiting: { run: 0a1b2c3d4e5f6071, since: "2026-10-30T06:00:00.000Z" } }\n',
    ),
    passing: example(
      "it was shown this week",
      'removal: { backups: 7, bytes: 1, overdue: 0, overdueWeeks: 4, waiting: { run: 0a1b2c3d4e5f6071, since: "2026-11-16T06:00:00.000Z" } }\n',
    ),
  },
  *check({ removal, environment, now }) {
    if (removal === undefined) return;
    const words = [...waitWords(removal, now), ...overdueWords(removal, now)];
    if (words.length === 0) return;
    const { waiting, nextAt } = removal;
    const isByHand = waiting === undefined && nextAt === undefined;
    yield {
      subject: `repository/${environment}`,
      message: [...words, ...(isByHand ? ["Nothing is removed here but by hand (retention.every)."] : [])].join(" "),
      fix:
        waiting === undefined
          ? `\`millwright backup prune --environment ${environment}\` shows what is to go; --yes removes it.`
          : `\`millwright run show ${waiting.run}\`, then agree to it, or refuse it with the reason.`,
    };
  },
};

function waitWords({ waiting }: RemovalState, now: string): readonly string[] {
  if (waiting === undefined) return [];
  const days = Math.floor((Date.parse(now) - Date.parse(waiting.since)) / (24 * hour));
  return days < waitDays
    ? []
    : [`A removal waits for somebody to agree for ${days} days; the newest is the run ${waiting.run}.`];
}

function overdueWords({ overdue, overdueWeeks, debrisSince }: RemovalState, now: string): readonly string[] {
  const isOld = debrisSince !== undefined && Date.parse(now) - Date.parse(debrisSince) > overdueWeeks * 7 * 24 * hour;
  return [
    ...(overdue === 0 ? [] : [`${counted(overdue, "backup")} could have gone ${overdueWeeks} weeks ago.`]),
    ...(isOld ? [`What interrupted runs left lies there since ${debrisSince}.`] : []),
  ];
}
