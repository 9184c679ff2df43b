import * as z from "zod";

/*
 * When backups are taken and how long they are kept, as `millwright.server.yaml` says: out of a merge request's reach, as whoever
 * shortens a retention removes backups.
 */

export const backupClasses = ["daily", "weekly", "before-upgrade", "before-restore", "by-hand"] as const;
/** What a backup was taken for; it says how long it is kept. */
export const BackupClass = z.enum(backupClasses);
export type BackupClass = z.infer<typeof BackupClass>;

const Count = z.int().min(0).max(1000).default(0);
const Days = z.int().min(1).max(3660);

const Gfs = z
  .strictObject({
    daily: Count.describe("Of the last so many days that have one, the newest"),
    weekly: Count,
    monthly: Count,
    yearly: Count,
  })
  .refine(
    ({ daily, weekly, monthly, yearly }) => daily + weekly + monthly + yearly > 0,
    "keeps nothing: name a number",
  );

/** Guide A's numbers where nothing is said. Those before upgrades are kept. What is kept no longer goes when somebody agreed. */
export const Retention = z.strictObject({
  dailyDays: Days.default(30),
  weeklyDays: Days.default(14),
  byHandDays: Days.default(30),
  beforeUpgradeDays: Days.optional().describe("Kept for good when left out"),
  gfs: Gfs.optional().describe("Grandfather, father, son: instead of the days of daily, weekly and by hand"),
  every: z
    .enum(["day", "week", "month", "by-hand"])
    .optional()
    .describe("How often a server shows what is kept no longer, to be removed; a week when left out"),
  on: z.string().optional().describe("As duties are written: Monday 06:00"),
  zone: z.string().optional().describe("Whose clock is meant; UTC when left out"),
});
export type Retention = z.infer<typeof Retention>;

const StoreName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/, "COMPONENT/STORE, such as mlflow/database");

export const BackupSchedule = z.strictObject({
  class: z.enum(["daily", "weekly"]),
  every: z.enum(["day", "week", "month"]).optional().describe("The class's own when left out"),
  on: z.string().optional().describe("As duties are written: 03:00, Saturday 3:00, first Sunday"),
  zone: z.string().optional().describe("Whose clock is meant; UTC when left out"),
  stores: z.array(StoreName).default([]).describe("All of the environment when empty"),
  prove: z.boolean().default(true).describe("Restore each at once and compare: only what is proven has a receipt"),
  window: z.boolean().default(false).describe("Wait for a maintenance window"),
});
export type BackupSchedule = z.infer<typeof BackupSchedule>;

export const DrillSchedule = z.strictObject({
  scope: z.enum(["one", "everything"]).describe("one: the store whose last drill is longest ago"),
  every: z
    .enum(["week", "month", "quarter", "half-year", "year"])
    .optional()
    .describe("Of one a month, of everything a year"),
  on: z.string().optional().describe("As duties are written: third Wednesday 05:00, day 134 05:00"),
  zone: z.string().optional().describe("Whose clock is meant; UTC when left out"),
  from: z.enum(["first", "second"]).default("first").describe("second: as if the first repository were gone"),
});
export type DrillSchedule = z.infer<typeof DrillSchedule>;

const Objective = z.strictObject({
  store: StoreName,
  rpoHours: z.number().positive().optional(),
  rtoMinutes: z.number().positive().optional(),
});

/** Fields of an environment under `backups.environments`. */
export const scheduled = {
  schedule: z.array(BackupSchedule).default([]).describe("When backups are taken; by hand alone when empty"),
  drills: z
    .array(DrillSchedule)
    .optional()
    .describe(
      "When drills begin by themselves; when left out one store every month and everything every year, from the second repository too where one is declared",
    ),
  retention: Retention.prefault({}),
  rpoHours: z
    .number()
    .positive()
    .default(26)
    .describe("How much may be lost: an older newest backup is a finding. A day, and two hours to make it"),
  rtoMinutes: z.number().positive().default(240).describe("How long it may take until a store is back"),
  objectives: z.array(Objective).default([]).describe("Stores for which it is more or less"),
  checkEveryHours: z
    .number()
    .min(0.01)
    .max(24 * 31)
    .default(24)
    .describe("How often every byte of the repository is read, and the newest backups without a proof are proven"),
};
