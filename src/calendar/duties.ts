import { InputError } from "../kernel/errors.ts";
import type { Duty as DeclaredDuty } from "../platform/schedule.ts";
import type { Turn } from "./dates.ts";
import { frequentDuties, type KnownDuty } from "./duties-known.ts";
import { seldomDuties } from "./duties-seldom.ts";
import { type Recurrence, readRecurrence } from "./recurrence.ts";
import { day, type Zone, zoneOf } from "./zone.ts";

/** What the guides ask for again and again. */
export const knownDuties: readonly KnownDuty[] = [...frequentDuties, ...seldomDuties];

/** A duty as it holds on this platform. */
export interface Duty extends Omit<KnownDuty, "on" | "guide"> {
  readonly guide: "A" | "B" | undefined;
  readonly recurrence: Recurrence;
  readonly zone: Zone;
  readonly owner: string | undefined;
  /** Undefined: of the whole platform. */
  readonly environment: string | undefined;
}

/** How long after its time a duty may still be done without being overdue; the next one is due before a day's is. */
const graceDays: Readonly<Record<Turn, number>> = {
  day: 0.5,
  week: 2,
  month: 7,
  quarter: 14,
  "half-year": 30,
  year: 30,
};

/** Milliseconds since 1970. */
export function overdueAt(duty: Pick<Duty, "every">, dueAt: number): number {
  return dueAt + graceDays[duty.every] * day;
}

/**
 * The duties that hold: the guides' as the team changed them, less those it put off with a reason, and the team's own. Times are
 * meant by `zone` where a duty names none. Throws `InputError` for a duty of one's own that says too little.
 */
export function dutiesOf(declared: readonly DeclaredDuty[], zone: string): readonly Duty[] {
  const byId = new Map(declared.map((duty) => [duty.id, duty]));
  const known = new Set(knownDuties.map(({ id }) => id));
  const changed = knownDuties.map((duty) => adapt(duty, byId.get(duty.id) ?? {}, zone));
  const own = declared.filter(({ id }) => !known.has(id)).map((duty) => adapt(whole(duty), duty, zone));
  return [...changed, ...own].filter(({ id }) => byId.get(id)?.off === undefined);
}

function adapt({ on, guide, ...known }: Loose<KnownDuty>, declared: Partial<DeclaredDuty>, zone: string): Duty {
  const { every = known.every, title = known.title, lengthMinutes = known.lengthMinutes } = declared;
  // A day that was chosen for another turn says nothing about this one.
  const usual = every === known.every ? on : undefined;
  return {
    ...known,
    every,
    guide,
    title,
    lengthMinutes,
    recurrence: readRecurrence(every, declared.on ?? usual),
    zone: zoneOf(declared.zone ?? zone),
    owner: declared.owner,
    environment: declared.environment,
  };
}

type Loose<T extends { readonly guide: unknown }> = Omit<T, "guide"> & { readonly guide: T["guide"] | undefined };

function whole({ id, title, every, lengthMinutes }: DeclaredDuty): Loose<KnownDuty> {
  if (title === undefined || every === undefined || lengthMinutes === undefined)
    throw new InputError(
      `The duty "${id}" is not one that Millwright knows, so it needs title, every and lengthMinutes. Known: ${knownDuties.map((duty) => duty.id).join(", ")}.`,
    );
  return { id, title, every, lengthMinutes, guide: undefined, steps: [], evidence: "what was done, in a sentence" };
}
