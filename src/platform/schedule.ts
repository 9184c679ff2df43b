import * as z from "zod";
import { conventionalName } from "./config.ts";
import { Name } from "./name.ts";

const Time = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, "a time of day such as 02:00");

const Zone = z.string().refine(isZone, "a time zone such as Europe/Berlin");

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const Weekday = z.enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]);

/** When disruptive work may be done in an environment. */
export const Window = z.strictObject({
  environment: Name,
  days: z
    .union(
      [z.enum(["any", "weekdays", "weekends"]), z.array(Weekday).min(1)],
      "any, weekdays, weekends, or a list such as [Saturday, Sunday]",
    )
    .describe("Days on which it opens: any, weekdays, weekends, or a list such as [Sunday]"),
  from: Time.describe("When it opens, by the clock of its zone"),
  to: Time.describe("When it closes; a time that is not later than from means the next day"),
  zone: Zone.default("UTC").describe("Whose clock is meant"),
  cadence: z
    .enum(["any", "week", "month", "quarter"])
    .default("week")
    .describe("How often it may be used: any of its days, or once in a week, month or quarter"),
});
export type Window = z.infer<typeof Window>;

const Moment = z.union(
  [z.iso.date(), z.iso.datetime({ offset: true })],
  "a day or a moment such as 2026-12-24T18:00:00Z",
);

/** A time in which nothing planned is started. */
export const Freeze = z
  .strictObject({
    environment: Name.optional().describe("All environments when left out"),
    from: Moment,
    until: Moment.describe("A day is meant from its midnight, UTC: the freeze ends as it begins"),
    reason: z.string().min(3, "say why"),
  })
  .refine((freeze) => Date.parse(freeze.from) < Date.parse(freeze.until), {
    path: ["until"],
    message: "must be later than from",
  });
export type Freeze = z.infer<typeof Freeze>;

const on =
  /^(?:(?:(?:first|second|third|fourth|last) )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|end of (?:month|quarter|year)|day \d{1,3})(?: \d{1,2}:\d\d)?$|^\d{1,2}:\d\d$/;

/** A recurring duty of the team's own, or what differs from one that Millwright knows. */
export const Duty = z.strictObject({
  id: Name.describe(
    "A known duty's id changes that one; another id is a new duty and needs title, every and lengthMinutes",
  ),
  title: z.string().min(3).optional(),
  every: z.enum(["day", "week", "month", "quarter", "half-year", "year"]).optional(),
  on: z
    .string()
    .regex(on, "such as 09:00, Monday 9:00, first Friday, end of quarter, day 15")
    .optional()
    .describe("When in that time it is due"),
  zone: Zone.optional(),
  lengthMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .optional(),
  owner: z.string().min(1).optional().describe("Who does it: a person or a group"),
  environment: Name.optional(),
  off: z.string().min(10, "say why, in a sentence").optional().describe("The duty is not done here, and why"),
});
export type Duty = z.infer<typeof Duty>;

/** What holds where no window is declared: the guides' four. */
export const usualWindows: readonly Window[] = [
  { environment: "local", days: "any", from: "00:00", to: "24:00", zone: "UTC", cadence: "any" },
  { environment: "development", days: "weekdays", from: "06:00", to: "08:00", zone: "UTC", cadence: "week" },
  { environment: "staging", days: "weekends", from: "02:00", to: "04:00", zone: "UTC", cadence: "month" },
  { environment: "production", days: ["Sunday"], from: "02:00", to: "06:00", zone: "UTC", cadence: "quarter" },
];

/**
 * The windows of an environment: those declared, else the guides' for what its name conventionally means (`prod` is production).
 * None: nothing disruptive is planned there.
 */
export function windowsOf(environment: string, declared: readonly Window[]): readonly Window[] {
  const own = declared.filter((window) => window.environment === environment);
  if (own.length > 0) return own;
  const usual = conventionalName(environment);
  return usualWindows.filter((window) => window.environment === usual).map((window) => ({ ...window, environment }));
}
