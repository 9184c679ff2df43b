import * as z from "zod";
import { type Instant, parseInstant } from "../../kernel/instant.ts";
import type { ForeignBackup } from "../../platform/server-foreign.ts";
import type { Store } from "../../store/store.ts";
import { nameOf } from "../foreign/read-foreign.ts";
import { keepAnswer, keptAnswer } from "./asked.ts";
import { notLookedAt } from "./unseen.ts";

/*
 * Backups that others make: the runner looks at them, here they are kept and judged by their age. However well they look, none
 * of them is ever called proven, has a receipt, or lets a change begin.
 */

const Seen = z.object({
  newest: z.object({ name: z.string(), at: z.string(), bytes: z.number().optional() }).optional(),
  good: z.number(),
  faults: z.array(z.string()),
  notes: z.array(z.string()),
});

/** What `backup foreign -o json` prints. */
export const ForeignListed = z.object({
  foreign: z.array(
    z.object({
      store: z.string(),
      by: z.string(),
      what: z.string(),
      seen: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("known"), value: Seen }),
        z.object({ kind: z.literal("absent"), source: z.string() }),
        z.object({ kind: z.literal("unknown"), why: z.string(), howToLearn: z.string() }),
      ]),
    }),
  ),
});
export type ForeignListed = z.infer<typeof ForeignListed>;
type Found = ForeignListed["foreign"][number];

/** How others' backups of a store stand. */
export interface ForeignState {
  readonly store: string;
  readonly what: string;
  readonly state: "good" | "too-old" | "failing" | "none" | "unknown";
  readonly why: string;
  readonly newestAt: Instant | undefined;
  readonly ageHours: number | undefined;
  readonly bytes: number | undefined;
  readonly maxAgeHours: number;
  readonly notes: readonly string[];
  /** For what is not known. */
  readonly howToLearn: string | undefined;
}

/** They change by the hour, and each look asks a cluster. */
const everyMillis = 10 * 60_000;

/** Looks when its time has come, and keeps what was seen; what was seen before stays when nobody answers. */
export async function lookAtForeign(
  store: Store,
  environment: string,
  now: Instant,
  look: () => Promise<ForeignListed>,
): Promise<void> {
  const last = await keptAnswer(store, "backup_foreign", environment);
  if (last !== undefined && last.at <= now && Date.parse(now) - Date.parse(last.at) < everyMillis) return;
  await keepAnswer(store, "backup_foreign", { environment, now }, async () => (await look()).foreign);
}

/** Of those that are declared; what was not looked at yet is *unknown*. */
export async function foreignStates(
  store: Store,
  environment: string,
  declared: readonly ForeignBackup[],
  now: Instant,
): Promise<readonly ForeignState[]> {
  if (declared.length === 0) return [];
  const row = await keptAnswer(store, "backup_foreign", environment);
  return declared.map((one) => {
    const name = `${one.component}/${one.store}`;
    const what = nameOf(one);
    const found = row?.seen?.find((seen) => seen.store === name && seen.what === what);
    const base = { store: name, what, maxAgeHours: one.maxAgeHours };
    return { ...base, ...stateOf(row?.why ?? undefined, found, one.maxAgeHours, now) };
  });
}

type Judged = Omit<ForeignState, "store" | "what" | "maxAgeHours">;

const nothing = { newestAt: undefined, ageHours: undefined, bytes: undefined, notes: [], howToLearn: undefined };

function stateOf(unseen: string | undefined, found: Found | undefined, maxAgeHours: number, now: Instant): Judged {
  const howToLearn = "millwright backup foreign";
  if (unseen !== undefined) return { ...nothing, state: "unknown", why: unseen, howToLearn };
  if (found === undefined) return { ...nothing, state: "unknown", why: notLookedAt, howToLearn };
  const { seen } = found;
  switch (seen.kind) {
    case "unknown":
      return { ...nothing, state: "unknown", why: seen.why, howToLearn: seen.howToLearn };
    case "absent":
      return { ...nothing, state: "none", why: `there is none (${seen.source})` };
    case "known":
      return judged(seen.value, maxAgeHours, now);
  }
}

function judged({ newest, good, faults, notes }: z.infer<typeof Seen>, maxAgeHours: number, now: Instant): Judged {
  const at = newest === undefined ? undefined : parseInstant(newest.at);
  if (newest === undefined || at === undefined) {
    const state = faults.length > 0 ? "failing" : "none";
    return { ...nothing, state, why: faults.join("; ") || "none of them ended well", notes };
  }
  const ageHours = Math.round(((Date.parse(now) - Date.parse(at)) / 3_600_000) * 100) / 100;
  const said = { newestAt: at, ageHours, bytes: newest.bytes, notes, howToLearn: undefined };
  if (faults.length > 0) return { ...said, state: "failing", why: faults.join("; ") };
  if (ageHours > maxAgeHours)
    return {
      ...said,
      state: "too-old",
      why: `its newest, ${newest.name}, is ${Math.floor(ageHours)} hours old, and at most ${maxAgeHours} are agreed`,
    };
  return { ...said, state: "good", why: `${good} ended well, the newest ${newest.name}; foreign, not proven by us` };
}

export const ForeignReply = z.object({
  what: z.string().describe("Whose they are: Velero, schedule nightly, …"),
  state: z
    .enum(["good", "too-old", "failing", "none", "unknown"])
    .describe("good: as its maker says; proven by nobody"),
  why: z.string(),
  newestAt: z.iso.datetime().nullable(),
  ageHours: z.number().nullable(),
  bytes: z.number().nullable().describe("Where its maker tells"),
  maxAgeHours: z.number(),
  notes: z.array(z.string()),
});

export function foreignReply(one: ForeignState): z.input<typeof ForeignReply> {
  const { what, state, why, newestAt, ageHours, bytes, maxAgeHours, notes } = one;
  return {
    what,
    state,
    why,
    newestAt: newestAt ?? null,
    ageHours: ageHours ?? null,
    bytes: bytes ?? null,
    maxAgeHours,
    notes: [...notes],
  };
}
