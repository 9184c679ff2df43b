import assert from "node:assert/strict";
import { test } from "node:test";
import type { Freeze } from "../platform/schedule.ts";
import { type SyncWindow, syncWindowsFor } from "./argocd.ts";
import { compileCalendar, type EnvironmentCalendar } from "./compiled.ts";
import { openAt } from "./time-line.ts";
import { day, minute } from "./zone.ts";

const now = Date.UTC(2026, 10, 20, 13, 37);

function environment(name: string, freezes: readonly Freeze[] = []): EnvironmentCalendar {
  const config = {
    environments: [{ name: "local" }, { name: "staging" }, { name: "production" }, { name: "lab" }],
    components: [],
    freezes: [...freezes],
    duties: [],
    windows: [
      {
        environment: "production",
        days: ["Sunday" as const],
        from: "02:00",
        to: "06:00",
        zone: "Europe/Paris",
        cadence: "quarter" as const,
      },
      {
        environment: "staging",
        days: "weekends" as const,
        from: "23:30",
        to: "01:00",
        zone: "America/New_York",
        cadence: "week" as const,
      },
      { environment: "local", days: "any" as const, from: "00:00", to: "24:00", zone: "UTC", cadence: "any" as const },
    ],
  };
  return compileCalendar(config, now - day, now + 400 * day).environments.get(name) ?? assert.fail(name);
}

/** Whether a cron of five fields starts in the minute of `at`: a day of the month and a weekday both given mean either. */
function startsAt(schedule: string, at: Date): boolean {
  const [minutes, hours, date, month, weekday] = schedule.split(" ");
  const is = (field: string | undefined, value: number): boolean => field === "*" || Number(field) === value;
  const onDate = is(date, at.getUTCDate());
  const onWeekday = is(weekday, at.getUTCDay());
  const onDay = date === "*" || weekday === "*" ? onDate && onWeekday : onDate || onWeekday;
  return is(minutes, at.getUTCMinutes()) && is(hours, at.getUTCHours()) && is(month, at.getUTCMonth() + 1) && onDay;
}

/** Every minute from `from` to `until` at which Argo CD would allow a sync, by its own rules. */
function allowedMinutes(windows: readonly SyncWindow[], from: number, until: number): Set<number> {
  const active = (kind: "allow" | "deny"): Set<number> => {
    const found = new Set<number>();
    for (const window of windows.filter((one) => one.kind === kind)) {
      const length = window.duration.endsWith("h")
        ? Number.parseInt(window.duration, 10) * 60
        : Number.parseInt(window.duration, 10);
      for (let at = from - 2 * day; at < until; at += minute) {
        if (!startsAt(window.schedule, new Date(at))) continue;
        for (let one = 0; one < length; one += 1) found.add(at + one * minute);
      }
    }
    return found;
  };
  const denied = active("deny");
  const allowed = active("allow");
  const mustMatch = windows.some(({ kind }) => kind === "allow");
  const minutes = new Set<number>();
  for (let at = from; at < until; at += minute) if (!denied.has(at) && (!mustMatch || allowed.has(at))) minutes.add(at);
  return minutes;
}

for (const name of ["production", "staging"]) {
  test(`Argo CD would sync in ${name} exactly when its windows are open`, () => {
    const freezes = [{ from: "2026-12-05", until: "2026-12-13T03:00:00Z", reason: "a fair" }];
    const here = environment(name, freezes);
    const from = Math.ceil(now / minute) * minute;
    const until = from + 40 * day;

    const allowed = allowedMinutes(syncWindowsFor(here, ["*"], now, 60), from, until);

    for (let at = from; at < until; at += minute) {
      const isOpen = here.windows.some(({ line }) => openAt(line, at) !== undefined);
      if (allowed.has(at) !== isOpen)
        assert.fail(`${new Date(at).toISOString()}: ${isOpen ? "not allowed" : "allowed"}`);
    }
  });
}

test("an environment that never opens denies every sync, instead of having no window and allowing every one", () => {
  const windows = syncWindowsFor(environment("lab"), ["*"], now, 60);

  assert.deepEqual(
    windows.map(({ kind }) => kind),
    ["deny"],
  );
  assert.equal(allowedMinutes(windows, now, now + 3 * day).size, 0);
});

test("an environment that is always open is one long window", () => {
  const [window, ...others] = syncWindowsFor(environment("local"), ["*"], now, 60);

  assert.equal(others.length, 0);
  assert.ok(Number.parseInt(window?.duration ?? "", 10) > 59 * 24 * 60);
});

test("no date comes twice: the horizon ends before a year is over", () => {
  const windows = syncWindowsFor(environment("staging"), ["*"], now, 4000);

  assert.equal(new Set(windows.map(({ schedule }) => schedule)).size, windows.length);
  assert.ok(windows.length > 70);
});
