import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import { quoteName } from "../../proof/throw-away.ts";
import type { KindRestore, Restoring, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { PostgresqlBody } from "./body.ts";
import { fill, giveOwner, giveProperties, makeDatabase } from "./restore-beside.ts";
import {
  besideBeginning,
  besideName,
  lockRestores,
  type MarkedDatabase,
  mark,
  markedDatabases,
  type RestoreMark,
  renameAll,
  shortOf,
} from "./restore-marks.ts";
import { maintenance, planFor } from "./restore-plan.ts";
import { makeRoles } from "./restore-roles.ts";
import { type RestoreServer, serverOf } from "./restore-server.ts";
import { programsLacking, refuseOlder } from "./restore-version.ts";

type Sealed = SealedBody<PostgresqlBody>;

/**
 * A database comes back beside the one that is there, is compared there, and takes its name in one transaction; the one before is
 * kept under its name with the date until somebody drops it.
 */
export const restore: KindRestore<PostgresqlStore, PostgresqlBody> = {
  targets: ["in-place", "database"],
  async plan(sealed, config, target, restoring) {
    const server = await serverOf(config, restoring);
    const plan = await planFor(sealed, target, server, restoring.systems);
    const lacking = await programsLacking(sealed, server, config, restoring, plan.isThere);
    return { ...plan, refuses: [...plan.refuses, ...lacking] };
  },
  async run(sealed, config, target, restoring) {
    const server = await serverOf(config, restoring);
    const name = target.kind === "database" ? target.name : server.database;
    return locked(name, server, async (db) => {
      await refuseOlder(db, sealed.body);
      const making = { sealed, server, db, restoring };
      return target.kind === "database" ? intoNew(name, making) : inPlace(name, making);
    });
  },
  async undo(config, _, restoring) {
    const server = await serverOf(config, restoring);
    return locked(server.database, server, (db) => takeBack(server.database, db, restoring));
  },
};

async function locked<T>(name: string, server: RestoreServer, work: (db: SourceDatabase) => Promise<T>): Promise<T> {
  const db = await server.connect(maintenance);
  try {
    await lockRestores(db, name);
    return await work(db);
  } finally {
    await db.close();
  }
}

/** What comes back, and by which server and session of it. */
interface Making {
  readonly sealed: Sealed;
  readonly server: RestoreServer;
  readonly db: SourceDatabase;
  readonly restoring: Restoring;
}

async function intoNew(name: string, making: Making): Promise<StoreRestored> {
  const { sealed, db } = making;
  const found = (await markedDatabases(db)).find((one) => one.name === name);
  // Nobody else restores into it now: what is marked so was left by a restore that was killed.
  const isLeft = found?.mark?.role === "new";
  if (found !== undefined && !isLeft) return intoEmpty(found, making);
  if (isLeft) await drop(db, name);
  const { roles, ...filled } = await makeBeside(name, name, making, "new");
  if (filled.differences.length > 0) return { ...filled, did: [] };
  await mark(db, name, undefined);
  return { ...filled, did: [`${sealed.id} is the database ${name}${rolesMade(roles)}`] };
}

/** One that is there and empty is filled, and otherwise left as it is; its comment says that it is half done until all was compared. */
async function intoEmpty({ name, comment }: MarkedDatabase, making: Making): Promise<StoreRestored> {
  const { sealed, server, db, restoring } = making;
  const { refuses } = await planFor(sealed, { kind: "database", name }, server, restoring.systems);
  if (refuses.length > 0) throw new InputError(refuses.join("; "));
  const { made, notes } = await makeRoles(db, sealed.body);
  const said = { ...markOf("filling", sealed, restoring), ...(comment === undefined ? {} : { comment }) };
  await mark(db, name, said);
  const filled = await fill(name, sealed, server, restoring);
  if (filled.differences.length > 0) return { ...filled, did: [] };
  await mark(db, name, undefined, comment);
  return {
    ...filled,
    notes: [...notes, ...filled.notes],
    did: [`${sealed.id} is the database ${name}${rolesMade(made)}`],
  };
}

/** A database that nobody uses yet, filled and compared; where it is not as it was, or breaks, it is gone again. */
async function makeBeside(
  name: string,
  like: string,
  { sealed, server, db, restoring }: Making,
  role: "beside" | "new" = "beside",
): Promise<Omit<StoreRestored, "did"> & { readonly roles: readonly string[] }> {
  const { made: roles, notes } = await makeRoles(db, sealed.body);
  await makeDatabase(db, name, sealed, like);
  try {
    await mark(db, name, markOf(role, sealed, restoring));
    const model = like === name ? undefined : like;
    const owner = await giveOwner(db, name, model, sealed.body);
    const filled = await fill(name, sealed, server, restoring);
    if (filled.differences.length > 0) {
      await drop(db, name);
      return { ...filled, roles };
    }
    const properties = await giveProperties(db, name, model, sealed.body);
    return { ...filled, notes: [...notes, ...filled.notes, ...owner, ...properties], roles };
  } catch (thrown) {
    // It may be gone with the server; the next attempt drops it.
    await drop(db, name).catch(() => undefined);
    throw thrown;
  }
}

async function inPlace(name: string, making: Making): Promise<StoreRestored> {
  const { sealed, db, restoring } = making;
  const databases = await markedDatabases(db);
  const there = databases.find((one) => one.name === name);
  if (there?.mark?.role === "restored" && there.mark.restore === restoring.id)
    return {
      did: [doneWords(name, sealed.id, ofRestore(databases, "before", restoring.id, sealed.id)?.name)],
      differences: [],
      notes: [],
    };
  await dropLeft(name, databases, db);
  const beside = besideName(name, "restoring", shortOf(restoring.id));
  const like = there === undefined ? beside : name;
  const { roles, ...filled } = await makeBeside(beside, like, making);
  if (filled.differences.length > 0) return { ...filled, did: [] };
  restoring.progress(`swapping ${beside} with ${name}`);
  const aside = there === undefined ? undefined : besideName(name, "before", stampOf(restoring));
  const before = { ...markOf("before", sealed, restoring), ...commentOf(there) };
  await renameAll(db, [
    ...(aside === undefined ? [] : [{ from: name, to: aside, mark: before }]),
    { from: beside, to: name, mark: { ...markOf("restored", sealed, restoring), kept: aside } },
  ]);
  return { ...filled, did: [`${doneWords(name, sealed.id, aside)}${rolesMade(roles)}`] };
}

/** Nobody else restores this database now: what is beside it was left by a restore that was killed. */
async function dropLeft(name: string, databases: readonly MarkedDatabase[], db: SourceDatabase): Promise<void> {
  const beginning = besideBeginning(name);
  for (const left of databases)
    if (left.mark?.role === "beside" && left.name.startsWith(beginning)) await drop(db, left.name);
}

function commentOf(database: MarkedDatabase | undefined): Pick<RestoreMark, "comment"> {
  return database?.comment === undefined ? {} : { comment: database.comment };
}

/** `backup`: which one it brought back; a restore may bring back several databases of one server. */
function ofRestore(
  databases: readonly MarkedDatabase[],
  role: RestoreMark["role"],
  restore: string,
  backup: string | undefined,
): MarkedDatabase | undefined {
  const marked = databases.filter(({ mark: said }) => said?.role === role && said.restore === restore);
  return marked.find(({ mark: said }) => backup === undefined || said?.backup === backup);
}

async function takeBack(name: string, db: SourceDatabase, restoring: Restoring): Promise<readonly string[]> {
  const databases = await markedDatabases(db);
  const [beside, restored, before, undone] = (["beside", "restored", "before", "undone"] as const).map((role) =>
    ofRestore(databases, role, restoring.id, restoring.broughtBack),
  );
  if (beside !== undefined) {
    await drop(db, beside.name);
    return [`${name} had not been replaced yet; what was restored beside it is gone`];
  }
  if (restored !== undefined) return swapBack(name, restored, before, db, restoring);
  if (undone !== undefined) return [`it was taken back already: ${undone.name} is what had been restored`];
  if (before !== undefined)
    refuse(`${name} is not what this restore put there; what was there before is ${before.name}`);
  return [`nothing of this restore is in the server: ${name} is as it was`];
}

async function swapBack(
  name: string,
  restored: MarkedDatabase,
  before: MarkedDatabase | undefined,
  db: SourceDatabase,
  restoring: Restoring,
): Promise<readonly string[]> {
  const { mark: said } = restored;
  if (restored.name !== name || said === undefined)
    return refuse(`what this restore put there is called ${restored.name} by now`);
  if (before === undefined && said.kept !== undefined)
    return refuse(`${said.kept} is gone, as which was kept what was there before; restore a backup of then`);
  const aside = besideName(name, "restored", stampOf(restoring));
  await renameAll(db, [
    { from: name, to: aside, mark: { ...said, role: "undone" } },
    ...(before === undefined ? [] : [{ from: before.name, to: name, mark: undefined, comment: before.mark?.comment }]),
  ]);
  const kept = `what had been restored is kept as ${aside}`;
  return [before === undefined ? `${name} is not there, as before; ${kept}` : `${name} is what it was before; ${kept}`];
}

function refuse(words: string): never {
  throw new InputError(`it cannot be taken back: ${words}`);
}

async function drop(db: SourceDatabase, name: string): Promise<void> {
  await db.query(`drop database if exists ${quoteName(name)} with (force)`);
}

function markOf(role: RestoreMark["role"], sealed: Sealed, { id, clock }: Restoring): RestoreMark {
  return { role, restore: id, backup: sealed.id, at: clock.now() };
}

function doneWords(name: string, backup: string, aside: string | undefined): string {
  return `${name} is ${backup}${aside === undefined ? "" : `; what was there before is kept as ${aside}, until somebody drops it`}`;
}

function rolesMade(roles: readonly string[]): string {
  return roles.length === 0 ? "" : `; made without a password: ${roles.join(", ")}`;
}

/** `20261121t061000z_1a2b3c4d`: when, and by which restore. */
function stampOf({ clock, id }: Restoring): string {
  return `${clock
    .now()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase()}_${shortOf(id)}`;
}
