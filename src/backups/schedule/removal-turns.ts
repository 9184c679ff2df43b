import { readRecurrence } from "../../calendar/recurrence.ts";
import { zoneOf } from "../../calendar/zone.ts";
import { idOf } from "../../kernel/digest.ts";
import type { Retention } from "../../platform/backup-schedule.ts";
import type { Turns } from "./turns.ts";

type Asked = Pick<Retention, "every" | "on" | "zone">;

const usual = { every: "week", on: "Monday 06:00" } as const;

/** When what is kept no longer is shown, to be removed; undefined: never by itself. Throws `InputError` for a day or a zone that is none. */
export function removalTurnsOf({ every = usual.every, on, zone = "UTC" }: Asked): Turns<Asked> | undefined {
  if (every === "by-hand") return undefined;
  const at = on ?? (every === usual.every ? usual.on : "06:00");
  const id = `removal-${idOf(["removal", every, at, zone])}`;
  return { id, schedule: { every, on: at, zone }, recurrence: readRecurrence(every, at), zone: zoneOf(zone) };
}
