import type { Random } from "../random.ts";
import { pick } from "../random.ts";
import type { Running } from "./command.ts";
import { type Fault, type Scene, type Told, toldOf } from "./fault.ts";
import { descendantsOf, send } from "./processes.ts";
import { pause } from "./source-database.ts";
import { databaseStore } from "./stage.ts";

/** Kills at random moments: of the run itself, of each program it starts, of the server it asks. */

type Work = "backup" | "point" | "proof" | "prune" | "check";

function begin({ stage, keeper, random }: Scene, work: Work): Running {
  switch (work) {
    case "backup":
      return stage.start(stage.backup(random() < 0.7 ? databaseStore : stage.stores.at(-1)));
    case "point":
      return stage.start(stage.backup(undefined));
    case "proof":
      return stage.start(stage.proof(keeper.newest ?? "none"));
    case "prune":
      return stage.start(["backup", "prune", "--yes"], { shiftMs: 2 * 86_400_000 });
    case "check":
      return stage.start(["backup", "check", "--read-data"]);
  }
}

function usualOf({ stage: { usual } }: Scene, work: Work): number {
  switch (work) {
    case "backup":
    case "check":
      return usual.backup;
    case "point":
      return usual.backup * 2;
    case "proof":
      return usual.proof;
    case "prune":
      return usual.prune;
  }
}

/** `kill -9` of the run. */
function killOfRun(work: Work, share: number): Fault {
  return {
    name: `runner killed (${work})`,
    share,
    async strike(scene) {
      const before = work === "prune" ? await shownIds(scene) : [];
      const running = begin(scene, work);
      await pause(scene.random() * usualOf(scene, work));
      const struck = running.isRunning() && send(running.pid, "SIGKILL");
      const ran = await running.ended;
      const wrong = work === "prune" ? await forgetGone(scene, before) : [];
      const told = toldOf(ran, scene, struck);
      return { ...told, wrong: [...wrong, ...(told.wrong ?? [])] };
    },
  };
}

async function shownIds({ keeper }: Scene): Promise<readonly string[]> {
  return (await keeper.list()).backups.map(({ id }) => id);
}

/** What retention was about to remove may be gone; the newest never. */
export async function forgetGone({ keeper }: Scene, before: readonly string[]): Promise<readonly string[]> {
  const now = new Set((await keeper.list()).backups.map(({ id }) => id));
  const gone = before.filter((id) => !now.has(id));
  keeper.forget(gone);
  return before.length > 0 && now.size === 0 ? ["retention removed every backup"] : [];
}

/** `kill -9` of a program that the run has started, at some moment of its life. */
function killOfProgram(program: RegExp, name: string, work: Work, lifeMs: number, share: number): Fault {
  return {
    name: `${name} killed (${work})`,
    share,
    async strike(scene) {
      const before = work === "prune" ? await shownIds(scene) : [];
      const running = begin(scene, work);
      const struck = await strikeChild(running, program, scene.random, usualOf(scene, work), lifeMs);
      const ran = await running.ended;
      const wrong = work === "prune" ? await forgetGone(scene, before) : [];
      const told = toldOf(ran, scene, struck);
      return { ...told, wrong: [...wrong, ...(told.wrong ?? [])] };
    },
  };
}

/** Some of a program's processes come late in the run: it waits for one that lives after a random moment. */
async function strikeChild(
  running: Running,
  program: RegExp,
  random: Random,
  usualMs: number,
  lifeMs: number,
): Promise<boolean> {
  const manyOfIt = program.source.startsWith("restic");
  if (manyOfIt) await pause(random() * usualMs);
  while (running.isRunning()) {
    const found = descendantsOf(running.pid).filter(({ command }) => program.test(command));
    if (found.length > 0) {
      await pause(random() * lifeMs);
      return send(pick(random, found).pid, "SIGKILL");
    }
    await pause(5);
  }
  return false;
}

/** The server that is backed up, as a whole or one of its sessions; it recovers. */
function killOfSource(whole: boolean, share: number): Fault {
  return {
    name: whole ? "PostgreSQL killed" : "a session of PostgreSQL killed",
    share,
    async strike(scene) {
      const running = begin(scene, "backup");
      await pause(scene.random() * scene.stage.usual.backup);
      const isRunning = running.isRunning();
      if (whole) await scene.stage.server.crash(scene.random() * 300);
      const struck = isRunning && (whole || scene.stage.server.killSession(scene.random));
      return toldOf(await running.ended, scene, struck);
    },
  };
}

const cut: Fault = {
  name: "connection cut",
  share: 3,
  async strike(scene): Promise<Told> {
    const running = scene.stage.start(scene.stage.backup(databaseStore));
    await pause(scene.random() * scene.stage.usual.backup);
    const struck = running.isRunning() && scene.stage.line.cut();
    return toldOf(await running.ended, scene, struck);
  },
};

const brokenOff: Fault = {
  name: "broken off by a person",
  share: 2,
  async strike(scene): Promise<Told> {
    const running = begin(scene, scene.random() < 0.5 ? "backup" : "proof");
    await pause(scene.random() * scene.stage.usual.proof);
    const struck = running.isRunning() && send(running.pid, "SIGTERM");
    return toldOf(await running.ended, scene, struck);
  },
};

export const kills: readonly Fault[] = [
  killOfRun("backup", 5),
  killOfRun("point", 3),
  killOfRun("proof", 4),
  killOfRun("prune", 3),
  killOfRun("check", 1),
  killOfProgram(/pg_dump --format/, "pg_dump", "backup", 700, 4),
  killOfProgram(/restic/, "restic", "backup", 300, 5),
  killOfProgram(/restic/, "restic", "proof", 300, 2),
  killOfProgram(/restic/, "restic", "prune", 300, 3),
  killOfProgram(/pg_restore/, "pg_restore", "proof", 300, 2),
  killOfProgram(/postgres -D .*millwright-proof|postgres: /, "throw-away server", "proof", 1500, 3),
  killOfSource(true, 3),
  killOfSource(false, 3),
  cut,
  brokenOff,
];
