import * as z from "zod";
import { backupClasses } from "../../platform/backup-schedule.ts";
import { validUntil } from "../receipts/receipt.ts";
import { proven } from "./catalogue.ts";
import { ForeignReply, type ForeignState, foreignReply } from "./foreign.ts";
import type { KnownBackup } from "./read.ts";
import type { StoreState } from "./state.ts";

const Moment = z.iso.datetime();
export const EnvironmentName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "an environment's name");
export const StoreName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/, "COMPONENT/STORE");
export const BackupId = z.string().regex(/^[a-z0-9][\w-]{0,200}$/, "a backup's id");

const Proof = z.object({
  snapshot: z.string(),
  provenAt: Moment,
  verdict: z.string().describe("proven, failed, sampled, unknown"),
});

export const BackupReply = z.object({
  id: z.string(),
  environment: z.string(),
  store: z.string().describe("COMPONENT/STORE"),
  kind: z.string(),
  class: z.enum(backupClasses),
  point: z.string().nullable().describe("The recovery point that it is part of"),
  run: z.string().nullable().describe("The run that made it"),
  takenAt: Moment.describe("The moment that it shows"),
  bytes: z.number(),
  digest: z.string(),
  verdict: z.enum(["proven", "failed", "sampled", "not-proven"]).describe("Of its last telling proof"),
  provenAt: Moment.nullable(),
  receiptUntil: Moment.nullable().describe("Until when its receipt is worth something; null: it has none"),
  goneAt: Moment.nullable().describe("Since when it is in the repository no more"),
  removedBy: z
    .string()
    .nullable()
    .describe("The run that removed it, or removal-… as it is written down there; null with goneAt: behind our back"),
});

export const BackupWholeReply = BackupReply.extend({
  proofs: z.array(Proof).describe("The newest first"),
  firstSeen: Moment,
  lastSeen: Moment,
  heldBy: z.string().nullable().describe("Why retention leaves it alone now"),
});

export function backupReply({ row, told }: KnownBackup, receiptHours: number): z.input<typeof BackupReply> {
  const isProven = told?.verdict === proven && row.gone_at === null;
  return {
    id: row.id,
    environment: row.environment,
    store: row.store,
    kind: row.kind,
    class: row.class,
    point: row.point,
    run: row.mark?.split("/")[0] ?? null,
    takenAt: row.taken_at,
    bytes: row.bytes,
    digest: row.digest,
    verdict: verdictOf(told?.verdict),
    provenAt: told?.provenAt ?? null,
    receiptUntil: isProven ? validUntil(row.taken_at, receiptHours) : null,
    goneAt: row.gone_at,
    removedBy: row.removed_by,
  };
}

function verdictOf(said: string | undefined): "proven" | "failed" | "sampled" | "not-proven" {
  return said === "proven" || said === "failed" || said === "sampled" ? said : "not-proven";
}

export const StoreReply = z.object({
  environment: z.string(),
  store: z.string(),
  kind: z.string().nullable(),
  state: z
    .enum(["backed-up", "too-old", "not-proven", "failed", "none", "foreign", "disposable", "forgotten"])
    .describe(
      "foreign: others back it up, and it is not proven by us; forgotten: neither backed up nor declared disposable",
    ),
  why: z.string(),
  newest: BackupReply.nullable().describe("Not of class before-restore: that takes a restore back"),
  lastProven: BackupReply.nullable().describe("Neither of class before-restore"),
  ageHours: z.number().nullable().describe("Of the newest"),
  rpoHours: z.number().nullable(),
  rtoMinutes: z.number().nullable(),
  backups: z.number().int().describe("Of every class"),
  foreign: z.array(ForeignReply).describe("What others back up of it: never proven by us"),
});

export function storeReply(
  environment: string,
  one: StoreState,
  foreign: readonly ForeignState[],
  receiptHours: number,
): z.input<typeof StoreReply> {
  const { newest, lastProven, ageHours, rpoHours } = one;
  const [state, why] = standingOf(one);
  return {
    environment,
    store: one.store,
    kind: one.kind,
    state,
    why,
    newest: newest === undefined ? null : backupReply(newest, receiptHours),
    lastProven: lastProven === undefined ? null : backupReply(lastProven, receiptHours),
    ageHours: ageHours ?? null,
    rpoHours,
    rtoMinutes: one.rtoMinutes,
    backups: one.backups,
    foreign: foreign.filter(({ store }) => store === one.store).map(foreignReply),
  };
}

/** What a store has that has none of its own. */
export function noneOf(backups: number): string {
  return backups > 0 ? "no backup but those that restores made of what they replaced" : "no backup at all";
}

/** The worst that is to be said of a store. */
export function standingOf({ newest, ageHours, rpoHours, backups }: StoreState) {
  if (newest === undefined || ageHours === undefined) return ["none", `it has ${noneOf(backups)}`] as const;
  if (newest.told?.verdict === "failed")
    return ["failed", `the proof of its newest backup failed at ${newest.told.provenAt}`] as const;
  if (ageHours > rpoHours)
    return [
      "too-old",
      `its newest backup is ${Math.floor(ageHours)} hours old, and at most ${rpoHours} may be lost`,
    ] as const;
  if (newest.told?.verdict !== proven) return ["not-proven", "its newest backup was never restored"] as const;
  return ["backed-up", `restored and compared at ${newest.told.provenAt}`] as const;
}

/** A store that others alone back up; it is never better than *foreign*. */
export function standingOfForeign(others: readonly ForeignState[]) {
  const said = others.map(({ what, state, why }) => `${what}: ${state === "good" ? "" : `${state}, `}${why}`);
  return { state: "foreign" as const, why: `not proven by us. ${said.join("; ")}`, foreign: others.map(foreignReply) };
}
