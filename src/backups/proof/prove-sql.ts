import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { type Gathered, type Problem, type Proving, timed } from "./gathered.ts";
import { type Inspection, inspect } from "./inspect.ts";
import { type Restored, restorePlain } from "./restore.ts";

/** What is known of a dump before it is read. */
export interface Origin {
  readonly name: string | undefined;
  readonly serverVersion: string | undefined;
  readonly dumpVersion: string | undefined;
  readonly madeAt: Instant | undefined;
}

/** What a plain dump says in its first lines. */
export function plainOrigin(head: Uint8Array): Origin {
  const text = Buffer.from(head).toString("latin1");
  return {
    name: undefined,
    serverVersion: /^-- Dumped from database version (.{1,100})$/m.exec(text)?.[1],
    dumpVersion: /^-- Dumped by pg_dump version (.{1,100})$/m.exec(text)?.[1],
    madeAt: undefined,
  };
}

/** Restores SQL, and looks each database over before it is dropped. A problem: it held none, which is no fault of it. */
export async function proveSql(
  dump: AsyncIterable<Uint8Array>,
  origin: Origin,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  const { workbench } = proving;
  const major = /^\d+/.exec(origin.serverVersion ?? "")?.[0];
  await workbench.checkRoom(0);
  const server = await timed("start a server", proving, gathered, () =>
    workbench.server(major === undefined ? undefined : Number(major)),
  );
  const before = gathered.databases.length;
  let looking = 0;
  const began = Date.parse(proving.clock.now());
  try {
    const { isSigned, makesRoles } = await restorePlain(dump, {
      name: origin.name,
      makeTarget: (encoding = "UTF8") => server.makeDatabase(proving.encoding ?? encoding),
      signal: AbortSignal.any([workbench.signal, proving.signal]),
      progress: (bytes) => proving.phase?.(`restoring, ${(bytes / 1e6).toFixed(1)} MB of SQL so far`),
      async done(restored) {
        const start = Date.parse(proving.clock.now());
        await timed("count and look", proving, gathered, () => look(restored, origin, server.major, gathered, proving));
        looking += Date.parse(proving.clock.now()) - start;
      },
    });
    gathered.endless ||= !isSigned;
    if (gathered.databases.length > before) return undefined;
    if (!makesRoles) throw new InputError("it restores, and holds no table");
    gathered.rolesAlone = before === 0;
    return rolesAlone;
  } catch (thrown) {
    // What ended the work may show as a cut connection or a broken pipe: the cause is told.
    if (workbench.signal.aborted) throw workbench.signal.reason;
    throw thrown;
  } finally {
    gathered.phases.push({ name: "restore", millis: Date.parse(proving.clock.now()) - began - looking });
  }
}

const rolesAlone: Problem = {
  kind: "unknown",
  why: "it holds the roles of a server and no database (pg_dumpall --globals-only)",
  howToLearn: "Prove the dumps that it belongs to.",
};

/** Counts and looks over what was restored, and keeps it. */
export async function look(
  restored: Restored,
  origin: Origin,
  major: number,
  gathered: Gathered,
  proving: Proving,
): Promise<void> {
  proving.progress("counting every table");
  const { extensions, failures } = restored;
  const looked = await proving.examine?.(restored.target.restorer, restored.target);
  const seen = await inspect(
    restored.target.restorer,
    proving.systems,
    { extensions, counted: looked ?? undefined },
    proving.now,
  );
  // What `\connect` comes before, and the databases that every server has.
  if (seen.tables.length === 0 && failures.length === 0) return;
  if (restored.failureCount > failures.length)
    gathered.notes.push(`${restored.failureCount - failures.length} more refused statements are not listed`);
  keep(seen, gathered);
  const { store: _, system, empty: __, ...found } = seen;
  gathered.databases.push({
    ...found,
    name: restored.name ?? `database ${gathered.databases.length + 1}`,
    system: system?.id,
    serverVersion: restored.serverVersion ?? origin.serverVersion,
    dumpVersion: restored.dumpVersion ?? origin.dumpVersion,
    restoredInto: major,
    madeAt: origin.madeAt,
    rows: found.tables.reduce((sum, { rows }) => sum + rows, 0),
    roles: restored.roles,
    failures,
  });
}

function keep({ store, empty }: Inspection, gathered: Gathered): void {
  if (store !== undefined) gathered.stores.push(store);
  if (empty !== undefined) gathered.empty.push(`${empty.why}. ${empty.howToLearn}`);
}
