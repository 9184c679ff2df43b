import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { ageOf, counted, section } from "./section.ts";
import { events } from "./types.ts";

const Event = z.object({
  type: z.string().default(""),
  reason: z.string().default(""),
  message: z.string().default(""),
  count: z.number().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  series: z.object({ count: z.number().optional(), lastObservedTime: z.string().optional() }).nullish(),
  involvedObject: z
    .object({ kind: z.string().default(""), name: z.string().default(""), namespace: z.string().optional() })
    .prefault({}),
});
type Event = z.infer<typeof Event>;

const shownRows = 40;

interface Group {
  readonly reason: string;
  readonly of: string;
  readonly message: string;
  readonly count: number;
  readonly last: string;
}

/** Warnings of the last hour or so (the API server forgets them), one row for each reason and owner. */
export function eventSection(live: LiveCluster, now: Instant): Section {
  const groups = new Map<string, Group>();
  for (const { value } of live.read(events, Event)) {
    if (value.type !== "Warning") continue;
    const group = groupOf(value);
    const key = `${group.reason} ${group.of}`;
    groups.set(key, joined(group, groups.get(key)));
  }
  const sorted = [...groups.values()].sort((a, b) => b.count - a.count);
  const rows = sorted.slice(0, shownRows).map(
    ({ reason, of, message, count, last }): Row => ({
      mark: "warn",
      cells: [reason, of, String(count), ageOf(last, now) ?? "?"],
      why: message.slice(0, 300),
    }),
  );
  return section({
    id: "events",
    title: "Warnings that the cluster tells",
    columns: ["Reason", "Of", "Times", "Last, ago"],
    rows,
    unseen: live.unseen(events),
    none: "No warning events; the API server keeps them for an hour by default.",
    fine: () => "",
    faulty: {
      bad: () => "",
      warn: (count) =>
        `${counted(groups.size, "kind")} of warning${count < groups.size ? `, the ${count} most frequent shown` : ""}`,
    },
  });
}

function groupOf({ reason, message, involvedObject, series, ...event }: Event): Group {
  const { kind, name, namespace = "" } = involvedObject;
  // Pods of one owner differ in the random end of their names.
  const owner = kind === "Pod" ? name.replace(/-[a-z0-9]{8,10}-[a-z0-9]{5}$|-[a-z0-9]{5}$/, "-…") : name;
  const last = series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? "";
  return {
    reason,
    of: `${kind.toLowerCase()} ${namespace}/${owner}`,
    message,
    count: series?.count ?? event.count ?? 1,
    last,
  };
}

function joined(group: Group, before: Group | undefined): Group {
  if (before === undefined) return group;
  return { ...group, count: group.count + before.count, last: group.last > before.last ? group.last : before.last };
}
