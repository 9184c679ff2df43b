import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPrograms } from "../../src/store/programs.ts";
import type { Ran } from "./command.ts";
import { type Fault, type Scene, type Told, toldOf, wordsOf } from "./fault.ts";
import { descendantsOf, send } from "./processes.ts";
import { pause } from "./source-database.ts";
import { databaseStore, resticKey, type Stage } from "./stage.ts";

/** Keys, locks, clocks and servers that are not as they should be. */

function keyIs(name: string, write: (file: string) => void): Fault {
  return {
    name,
    share: 1.5,
    async strike(scene): Promise<Told> {
      const told = await withKey(scene, name, write);
      // A check that goes well ends what was found; before, the next trouble would be no new one.
      const { incidents } = await scene.plane.check();
      const falsely = incidents
        .filter((title) => title.startsWith(troubled))
        .map((title) => `it opens again: ${title}`);
      return { ...told, wrong: [...(told.wrong ?? []), ...falsely] };
    },
  };
}

/** What is said while the key is another or none; then it is the right one again. */
async function withKey(scene: Scene, name: string, write: (file: string) => void): Promise<Told> {
  const { stage, plane } = scene;
  write(stage.keyFile);
  try {
    const backup = await stage.run(stage.backup(databaseStore));
    const rans = [backup, await stage.run(["backup", "check", "--read-data"]), await stage.run(["backup", "list"])];
    const wrong = rans.filter(({ status }) => status === 0).map(({ out }) => `it went well: ${out.slice(0, 200)}`);
    const { incidents, seconds } = await plane.check();
    if (!incidents.some((title) => title.startsWith(troubled)))
      wrong.push(`no incident of the ${name}: ${incidents.join("; ")}`);
    wrong.push(...rans.flatMap((ran) => toldOf(ran, scene, true).wrong ?? []));
    return { outcome: "found", seconds, note: wordsOf(backup), wrong };
  } finally {
    writeFileSync(stage.keyFile, resticKey, { mode: 0o600 });
  }
}

const troubled = "The repository of the backups";

/** A lock whose process was killed: nothing that follows is held up by it. */
const staleLock: Fault = {
  name: "stale lock",
  share: 3,
  async strike(scene): Promise<Told> {
    const { stage, keeper, random } = scene;
    const first = toldOf(await killedWithItsLock(stage), scene, true);
    const left = locksOf(stage).length;
    const isPrune = random() < 0.5;
    const before = (await keeper.list()).backups.length;
    const after = await stage.run(isPrune ? ["backup", "prune", "--yes", "-o", "json"] : stage.backup(databaseStore));
    const told = toldOf(after, scene, left > 0);
    const wrong = after.status === 0 || before === 0 ? [] : [`a stale lock holds it up: ${wordsOf(after)}`];
    // What was made under a clock that stood back is old enough to go: that alone is gone on purpose.
    if (isPrune && after.status === 0) keeper.forget(removedBy(after.out));
    return { ...told, wrong: [...(first.wrong ?? []), ...(told.wrong ?? []), ...wrong] };
  },
};

/** A backup whose restic is killed as soon as it has its lock. */
async function killedWithItsLock(stage: Stage): Promise<Ran> {
  const others = new Set(locksOf(stage));
  const isLocked = (): boolean => locksOf(stage).some((lock) => !others.has(lock));
  const killed = stage.start(stage.backup(databaseStore));
  while (killed.isRunning() && !isLocked()) await pause(2);
  for (const { pid, command } of descendantsOf(killed.pid)) if (/restic/.test(command)) send(pid, "SIGKILL");
  return killed.ended;
}

/** What retention says it removed. */
function removedBy(out: string): readonly string[] {
  return (JSON.parse(out) as { readonly removed: readonly { readonly id: string }[] }).removed.map(({ id }) => id);
}

function locksOf({ repository }: Stage): readonly string[] {
  return readdirSync(join(repository, "locks"));
}

/** By a clock that stands back, backups seem to come from the future: nothing is removed then. */
const clockBack: Fault = {
  name: "clock set back",
  share: 3,
  async strike(scene): Promise<Told> {
    const { stage, keeper, random } = scene;
    const shiftMs = -Math.floor(3_600_000 + random() * 10 * 86_400_000);
    const before = (await keeper.list()).backups;
    const pruned = await stage.run(["backup", "prune", "--yes"], { shiftMs });
    const after = (await keeper.list()).backups;
    const wrong =
      after.length < before.length ? [`by a clock set back ${before.length - after.length} backups were removed`] : [];
    const ran = await stage.run(stage.backup(databaseStore), { shiftMs });
    const told = toldOf(ran, scene, true);
    const removal = toldOf(pruned, scene, true).wrong ?? [];
    return { ...told, wrong: [...wrong, ...removal, ...(told.wrong ?? [])] };
  },
};

/** The newest server here is another than the source's: it is dumped, proven in that, and restored by the oracle. */
const otherVersion: Fault = {
  name: "restored into another major",
  share: 0,
  notRun: () => (olderMajor() === undefined ? "one major of PostgreSQL on this machine" : undefined),
  async strike(scene): Promise<Told> {
    const ran = await scene.stage.run(scene.stage.backup(databaseStore, true));
    const told = toldOf(ran, scene, true);
    const proven = /"proof":"proven"/.test(ran.out);
    return {
      ...told,
      note: ran.out.trim().split("\n").at(-1) ?? "",
      wrong: proven ? [] : [`not proven: ${ran.out}${ran.err}`],
    };
  },
};

/** A major older than the newest, whose backups are then proven in the next. */
export function olderMajor(): number | undefined {
  const majors = findPrograms(process.env["PATH"] ?? "").map(({ major }) => major);
  const newest = Math.max(...majors.filter((major) => major <= 15));
  return majors.find((major) => major < newest);
}

/** Nobody may enter the folder, its name is too long for a socket, or the server is killed as soon as it is there. */
const noTarget: Fault = {
  name: "proof target cannot start",
  share: 3,
  async strike(scene): Promise<Told> {
    const { stage, keeper, random } = scene;
    const id = keeper.newest ?? "none";
    const which = Math.floor(random() * 3);
    if (which === 2) return killedAtBirth(scene, id);
    const place = join(stage.disks.scratch.folder, which === 0 ? "closed" : `long-${"x".repeat(100)}`);
    mkdirSync(place, { recursive: true });
    chmodSync(place, which === 0 ? 0o700 : 0o755);
    try {
      const ran = await stage.run(["backup", "prove", id, "--scratch", place]);
      const told = toldOf(ran, scene, true);
      const wrong = ran.status === 0 ? [`it was proven in ${place}`] : [];
      return { ...told, wrong: [...wrong, ...(told.wrong ?? [])] };
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
};

async function killedAtBirth(scene: Scene, id: string): Promise<Told> {
  const running = scene.stage.start(scene.stage.proof(id));
  let struck = false;
  while (running.isRunning() && !struck) {
    const server = descendantsOf(running.pid).find(({ command }) => /postgres -D .*unix_socket/.test(command));
    if (server !== undefined) struck = send(server.pid, "SIGKILL");
    else await pause(2);
  }
  return toldOf(await running.ended, scene, struck);
}

export const surroundings: readonly Fault[] = [
  keyIs("wrong key", (file) => writeFileSync(file, "canary-of-another", { mode: 0o600 })),
  keyIs("lost key", (file) => rmSync(file)),
  staleLock,
  clockBack,
  noTarget,
  otherVersion,
];
