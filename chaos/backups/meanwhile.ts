import { type Client, DatabaseError } from "pg";
import { pick } from "../random.ts";
import type { Running } from "./command.ts";
import { type Fault, type Scene, type Told, toldOf } from "./fault.ts";
import { forgetGone } from "./kills.ts";
import { type Aim, elapsed, struckMidway } from "./moment.ts";
import { connected, pause } from "./source-database.ts";
import { databaseStore, objectsStore } from "./stage.ts";

/** What others do to the stores and the repository while a backup is made. */

function tables(name: string, sql: (round: number) => readonly string[]): Fault {
  let round = 0;
  return {
    name,
    share: 2,
    async strike(scene): Promise<Told> {
      round += 1;
      const client = await connected(scene.stage.server.url);
      try {
        return await struckMidway(scene, {
          ...duringBackup(scene, databaseStore),
          async strike() {
            for (const one of sql(round)) await done(client, one);
            return true;
          },
        });
      } finally {
        await client.end();
      }
    },
  };
}

/**
 * Of two that want the same tables one after the other PostgreSQL ends one, which may be the application's statement, beside any
 * pg_dump: it does it again (https://www.postgresql.org/docs/15/explicit-locking.html, "Deadlocks").
 */
async function done(client: Client, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (thrown) {
    if (!(thrown instanceof DatabaseError) || thrown.code !== "40P01") throw thrown;
    await client.query("rollback");
    await client.query(sql);
  }
}

function duringBackup({ stage }: Scene, store?: string): Pick<Aim, "work" | "start" | "progress"> {
  return {
    work: `backup of ${store ?? "all"}: time`,
    start: () => stage.start(stage.backup(store)),
    progress: elapsed,
  };
}

const objectsChanged: Fault = {
  name: "objects deleted and replaced meanwhile",
  share: 3,
  ofOtherKinds: true,
  notRun: ({ objects }) => (objects === undefined ? "no program that speaks S3" : undefined),
  async strike(scene): Promise<Told> {
    const { objects } = scene.stage;
    for (let count = 0; count < 12; count += 1) await objects?.replace();
    const running = scene.stage.start(scene.stage.backup(objectsStore));
    let changes = 0;
    for (; running.isRunning(); changes += 1) {
      await (scene.random() < 0.5 ? objects?.delete() : objects?.replace());
      await pause(scene.random() * 40);
    }
    return toldOf(await running.ended, scene, changes > 0);
  },
};

const twoAtOnce: Fault = {
  name: "two backups at once",
  share: 3,
  async strike(scene): Promise<Told> {
    const { stage, random } = scene;
    let two: Running | undefined;
    const first = await struckMidway(scene, {
      ...duringBackup(scene, databaseStore),
      strike() {
        two = stage.start(stage.backup(random() < 0.7 ? databaseStore : undefined));
        return true;
      },
    });
    if (two === undefined) return first;
    const second = toldOf(await two.ended, scene, true);
    const none = first.outcome === "refused" && second.outcome === "refused" ? ["neither of two at once was made"] : [];
    const { outcome, note = "" } = second;
    return { outcome, note, wrong: [...(first.wrong ?? []), ...(second.wrong ?? []), ...none] };
  },
};

const retentionMeanwhile: Fault = {
  name: "retention during a backup",
  share: 4,
  async strike(scene): Promise<Told> {
    const { stage, keeper } = scene;
    const before = new Set<string>();
    let pruned: Running | undefined;
    const told = await struckMidway(scene, {
      ...duringBackup(scene),
      // One that was only watched made some more.
      async prepare() {
        for (const { id } of (await keeper.list()).backups) before.add(id);
      },
      strike() {
        pruned = stage.start(["backup", "prune", "--yes"], { shiftMs: 2 * 86_400_000 });
        return true;
      },
    });
    const removal = pruned === undefined ? [] : (toldOf(await pruned.ended, scene, true).wrong ?? []);
    return { ...told, wrong: [...(told.wrong ?? []), ...(await forgetGone(scene, [...before])), ...removal] };
  },
};

const prunedBehind: Fault = {
  name: "pruned behind our back after its receipt",
  share: 3,
  async strike(scene): Promise<Told> {
    const { stage, keeper, restic, random, plane } = scene;
    const made = await stage.run(stage.backup(databaseStore, true));
    const [id] = keeper.heard(made.out);
    if (id === undefined) return { outcome: "missed", wrong: [`it could not be made: ${made.err.slice(0, 200)}`] };
    const receipt = (await stage.run(["receipt", "show", id])).out.trim();
    const valid = await stage.run(["receipt", "verify", receipt]);
    const wrong = valid.status === 0 ? [] : [`a fresh receipt is refused: ${valid.out}${valid.err}`];
    await plane.look();
    const shown = (await keeper.list()).backups.find((one) => one.id === id);
    const victim = pick(random, [shown?.manifest ?? "", ...(shown?.parts ?? [])]);
    // Whoever prunes by hand does what restic says of the lock that a killed run left.
    await restic.ask("unlock");
    const pruned = await restic.ask("forget", "--prune", victim);
    if (pruned.status !== 0)
      return { outcome: "missed", wrong: [...wrong, `restic does not prune: ${pruned.err.slice(0, 200)}`] };
    keeper.forget([id]);
    const told = await lookedFor(id, receipt, scene);
    return { ...told, wrong: [...wrong, ...(told.wrong ?? [])] };
  },
};

/** What is said of a backup whose snapshot is gone, and of its receipt. */
async function lookedFor(id: string, receipt: string, { stage, keeper, plane }: Scene): Promise<Told> {
  const wrong: string[] = [];
  const after = await stage.run(["receipt", "verify", receipt]);
  if (after.status === 0) wrong.push(`the receipt of ${id} holds, though its snapshot is gone`);
  if ((await keeper.list()).backups.some((one) => one.id === id)) wrong.push(`${id} is still shown`);
  const { incidents, seconds } = await plane.look();
  if (!incidents.some((title) => title.startsWith("A backup is gone") && title.includes(id)))
    wrong.push(`no incident of ${id}: ${incidents.join("; ")}`);
  return { outcome: "found", seconds, wrong, note: after.out.trim().slice(0, 200) };
}

export const meanwhile: readonly Fault[] = [
  tables("a table added meanwhile", (round) => [`create table added_${round} as select * from spare`]),
  tables("a table rewritten meanwhile", (round) => [
    `alter table entries alter account type ${round % 2 === 1 ? "bigint" : "int"}`,
    "vacuum full accounts",
  ]),
  tables("a table emptied and filled meanwhile", () => [
    "begin; truncate spare; insert into spare select g, md5(g::text) from generate_series(1, 1000) g; commit",
  ]),
  tables("a table dropped and made again meanwhile", () => [
    "begin; drop table spare; create table spare (id int, text text); insert into spare select g, md5(g::text) from generate_series(1, 1000) g; commit",
  ]),
  objectsChanged,
  twoAtOnce,
  retentionMeanwhile,
  prunedBehind,
];
