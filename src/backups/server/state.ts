import type { Instant } from "../../kernel/instant.ts";
import { instantOf } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import { isSafety } from "../schedule/safety.ts";
import { proven } from "./catalogue.ts";
import { type BackedUpEnvironment, rpoHoursOf, rtoMinutesOf } from "./config.ts";
import type { DescribedSecond } from "./described.ts";
import { type ForeignState, foreignStates } from "./foreign.ts";
import { type ExpectedStore, forgottenStores } from "./forgotten.ts";
import { type KnownBackup, type KnownCheck, knownBackups, lastChecks, lastLooks } from "./read.ts";
import { untrustedRemovals } from "./removals.ts";
import { type KnownSecond, knownSecond } from "./second.ts";
import { type DrillState, drillStates } from "./state-drills.ts";
import { failedPoints } from "./state-points.ts";
import { type RemovalState, removalState } from "./state-removal.ts";
import { notLookedAt } from "./unseen.ts";

export interface StoreState {
  readonly store: string;
  readonly kind: string;
  readonly rpoHours: number;
  readonly rtoMinutes: number;
  /** Both without what takes a restore back. */
  readonly newest: KnownBackup | undefined;
  readonly lastProven: KnownBackup | undefined;
  /** Of the newest; undefined: there is none. */
  readonly ageHours: number | undefined;
  /** Of every class. */
  readonly backups: number;
}

/** All that rules say about an environment's backups is said of this. */
export interface BackupState {
  readonly environment: string;
  readonly production: boolean;
  /** Whether any backups of it are declared; otherwise there is nothing to say but what is forgotten. */
  readonly isDeclared: boolean;
  readonly now: Instant;
  /** When the repository answered last, and why it does not now. */
  readonly seenAt: Instant | undefined;
  readonly unseen: string | undefined;
  readonly stores: readonly StoreState[];
  readonly disposable: readonly { readonly store: string; readonly why: string }[];
  /** What others back up, by store. */
  readonly foreign: readonly ForeignState[];
  /** Neither backed up, by us or others, nor declared disposable. */
  readonly forgotten: readonly ExpectedStore[];
  readonly failed: readonly {
    /** Or the recovery point. */
    readonly backup: string;
    /** Undefined: of a recovery point as a whole. */
    readonly store: string | undefined;
    readonly provenAt: Instant;
    readonly provenBefore: Instant | undefined;
  }[];
  readonly gone: readonly {
    readonly backup: string;
    readonly store: string;
    readonly lastSeen: Instant;
    readonly missedAt: Instant;
    /** What a record there says of it that nobody goes by, as it is not signed. */
    readonly said?: string | undefined;
  }[];
  readonly check: KnownCheck | undefined;
  /** The last one that found nothing. */
  readonly soundAt: Instant | undefined;
  readonly checkEveryHours: number;
  /** How the copy elsewhere stands; undefined: none is declared. */
  readonly second: Pick<DescribedSecond, "kind" | "words" | "lastArrival" | "immutable"> | undefined;
  readonly drills: readonly DrillState[];
  /** Undefined: nothing is declared. */
  readonly removal: RemovalState | undefined;
}

/** What is known of an environment beside its backups. */
interface Beside {
  readonly production: boolean;
  readonly expected: readonly ExpectedStore[];
  readonly now: Instant;
}

const hour = 3_600_000;
/** So long it is said that a backup went behind our back; a newer proven one of its store ends it before. */
const goneDays = 30;

export async function backupState(
  store: Store,
  declared: BackedUpEnvironment,
  { production, expected, now, receiptHours }: Beside & { readonly receiptHours?: number },
): Promise<BackupState> {
  const { environment } = declared;
  const [all, looks, checks, foreign, second, drills] = await Promise.all([
    knownBackups(store, { environments: [environment], gone: goneSince(now) }),
    lastLooks(store),
    lastChecks(store, environment, 100),
    foreignStates(store, environment, declared.foreign, now),
    knownSecond(store, environment),
    drillStates(store, declared, now),
  ]);
  const present = all.filter(({ row }) => row.gone_at === null);
  const gone = all.flatMap((one) => goneFrom(one, present, now));
  const said = gone.length === 0 ? new Map<string, string>() : await untrustedRemovals(store, environment);
  const look = looks.get(environment);
  const disposable = declared.disposable.map((one) => ({ store: `${one.component}/${one.store}`, why: one.why }));
  return {
    environment,
    production,
    isDeclared: true,
    now,
    seenAt: look?.seen_at ?? undefined,
    unseen: look === undefined ? notLookedAt : (look.why ?? undefined),
    stores: declared.stores.map(({ component, store: name, kind }) =>
      storeState(`${component}/${name}`, kind, present, declared, now),
    ),
    disposable,
    foreign,
    forgotten: forgottenStores(expected, declared),
    failed: [...present.flatMap(failedProof), ...(await failedPoints(store, environment, present))],
    gone: gone.map((one) => ({ ...one, said: said.get(one.backup) })),
    check: checks[0],
    soundAt: checks.find(({ damage }) => damage.length === 0)?.endedAt,
    checkEveryHours: declared.checkEveryHours,
    second: declared.second === undefined ? undefined : secondOf(second),
    drills,
    removal: await removalState(store, declared, present, { now, receiptHours }),
  };
}

/** Of an environment of the platform of which no backups are declared. */
export function undeclaredState(environment: string, { production, expected, now }: Beside): BackupState {
  return {
    environment,
    production,
    isDeclared: false,
    now,
    seenAt: undefined,
    unseen: undefined,
    stores: [],
    disposable: [],
    foreign: [],
    forgotten: expected,
    failed: [],
    gone: [],
    check: undefined,
    soundAt: undefined,
    checkEveryHours: 0,
    second: undefined,
    drills: [],
    removal: undefined,
  };
}

function secondOf({ said, unseen }: KnownSecond): BackupState["second"] {
  if (said === undefined || unseen !== undefined)
    return { kind: "unknown", words: unseen ?? notLookedAt, lastArrival: said?.lastArrival };
  return said;
}

function storeState(
  store: string,
  kind: string,
  present: readonly KnownBackup[],
  declared: BackedUpEnvironment,
  now: Instant,
): StoreState {
  const mine = present.filter(({ row }) => row.store === store);
  const own = mine.filter(({ row }) => !isSafety(row));
  const [newest] = own;
  const ageHours = newest === undefined ? undefined : (Date.parse(now) - Date.parse(newest.row.taken_at)) / hour;
  return {
    store,
    kind,
    rpoHours: rpoHoursOf(declared, store),
    rtoMinutes: rtoMinutesOf(declared, store),
    newest,
    lastProven: own.find(({ told }) => told?.verdict === proven),
    ageHours: ageHours === undefined ? undefined : Math.round(ageHours * 100) / 100,
    backups: mine.length,
  };
}

function failedProof({ row, told, proofs }: KnownBackup): BackupState["failed"] {
  if (told === undefined || told.verdict !== "failed") return [];
  const before = proofs.find(({ verdict, provenAt }) => verdict === proven && provenAt < told.provenAt);
  return [{ backup: row.id, store: row.store, provenAt: told.provenAt, provenBefore: before?.provenAt }];
}

function goneSince(now: Instant): Instant {
  return instantOf(Date.parse(now) - goneDays * 24 * hour);
}

function goneFrom({ row }: KnownBackup, present: readonly KnownBackup[], now: Instant): BackupState["gone"] {
  const { gone_at: missedAt, removed_by: removedBy, id, store, last_seen: lastSeen } = row;
  if (missedAt === null || removedBy !== null) return [];
  if (missedAt < goneSince(now)) return [];
  const replaced = present.some(
    ({ row: one, told }) =>
      one.store === store && one.taken_at > missedAt && told?.verdict === proven && !isSafety(one),
  );
  return replaced ? [] : [{ backup: id, store, lastSeen, missedAt }];
}
