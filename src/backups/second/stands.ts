import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { type CataloguedBackup, catalogueOf } from "../repository/catalogue.ts";
import type { Repository, StoredSnapshot } from "../repository/restic.ts";
import { type Arrival, type Copies, lastArrival } from "./copies.ts";

/**
 * How the second repository stands. `none`: there is none. `arriving`: something is on its way, and not late yet. `late`: it has
 * been for longer than it may. `failed`: the last copy could not be made, or what arrived is not what was sent. `unknown`: it does
 * not answer.
 */
export interface SecondState {
  readonly kind: "current" | "arriving" | "late" | "failed" | "none" | "unknown";
  readonly words: string;
  /** When the newest backup there was taken; by store. */
  readonly newest: readonly { readonly store: string; readonly id: string; readonly takenAt: string }[];
  readonly lastArrival: string | undefined;
}

export interface Lateness {
  readonly lateHours: number;
  readonly now: Instant;
}

const hour = 3_600_000;

/** Asks both. A second one that does not answer is told by what the first knows of the last copy. */
export async function secondState(first: Repository, second: Copies, lateness: Lateness): Promise<SecondState> {
  const here = await first.snapshots();
  const told = await lastArrival(first, here);
  try {
    return await asked(second, { here, told }, lateness);
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    const away = `the second repository cannot be asked: ${messageOf(thrown)}`;
    const stands = { newest: [], lastArrival: told?.at };
    return told !== undefined && told.wrong.length > 0
      ? { kind: "failed", words: `${failure(told)}; ${away}`, ...stands }
      : { kind: "unknown", words: away, ...stands };
  }
}

interface First {
  readonly here: readonly StoredSnapshot[];
  readonly told: Arrival | undefined;
}

async function asked(second: Copies, { here, told }: First, lateness: Lateness): Promise<SecondState> {
  if ((await second.ownId()) === undefined)
    return { kind: "none", words: "there is no second repository yet", newest: [], lastArrival: undefined };
  const there = await second.snapshots();
  const newest = newestOf(catalogueOf(there).backups);
  const last = laterOf(told, await lastArrival(second, there));
  const stands = { newest, lastArrival: last?.at };
  if (last !== undefined && last.wrong.length > 0) return { kind: "failed", words: failure(last), ...stands };
  const waiting = waitingIn(catalogueOf(here).backups, newest);
  const [longest] = waiting.toSorted((a, b) => a.since.localeCompare(b.since));
  if (longest === undefined) {
    const arrived = last === undefined ? "" : `, the last arrival was at ${last.at}`;
    const words =
      newest.length === 0 ? "there is no backup yet that could arrive there" : `all newest backups are there${arrived}`;
    return { kind: "current", words, ...stands };
  }
  const words = `the newest backups of ${waiting.map(({ store }) => store).join(", ")} are not there, the oldest of them taken at ${longest.since}`;
  const hours = (Date.parse(lateness.now) - Date.parse(longest.since)) / hour;
  return { kind: hours > lateness.lateHours ? "late" : "arriving", words, ...stands };
}

function failure({ wrong }: Arrival): string {
  return `the last arrival failed: ${wrong.slice(0, 3).join("; ")}`;
}

function laterOf(one: Arrival | undefined, other: Arrival | undefined): Arrival | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one.at) > Date.parse(other.at) ? one : other;
}

function newestOf(backups: readonly CataloguedBackup[]): SecondState["newest"] {
  return [...Map.groupBy(backups, ({ store }) => store)].flatMap(([store, [one]]) =>
    one === undefined ? [] : [{ store, id: one.id, takenAt: one.takenAt }],
  );
}

/** By store since when something newer than what arrived has waited. What its own retention removed there is not waited for. */
function waitingIn(
  backups: readonly CataloguedBackup[],
  there: SecondState["newest"],
): readonly { readonly store: string; readonly since: string }[] {
  const arrived = new Map(there.map(({ store, takenAt }) => [store, takenAt]));
  const newer = backups.filter(({ store, takenAt }) => takenAt > (arrived.get(store) ?? ""));
  return [...Map.groupBy(newer, ({ store }) => store)].flatMap(([store, of]) => {
    const oldest = of.at(-1);
    return oldest === undefined ? [] : [{ store, since: oldest.takenAt }];
  });
}
