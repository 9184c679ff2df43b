import type { Disk } from "./disk.ts";
import { type Fault, type Scene, type Told, toldOf } from "./fault.ts";
import { pause } from "./source-database.ts";
import { databaseStore, type Stage } from "./stage.ts";

/** A disk that is full at some moment of a run, with more or less left. */
function full(name: keyof Stage["disks"], leave: number): Fault {
  return {
    name: `disk full: ${name}`,
    share: 3,
    notRun: ({ disks }) => (disks[name].isBounded ? undefined : "mounting a disk needs root"),
    async strike(scene): Promise<Told> {
      const disk = scene.stage.disks[name];
      const work =
        name === "scratch" ? scene.stage.proof(scene.keeper.newest ?? "none") : scene.stage.backup(databaseStore);
      try {
        return await whileFull(scene, disk, work, leave);
      } finally {
        disk.empty();
        // The server may have given up for want of room.
        if (name === "source") await scene.stage.server.crash(0);
      }
    },
  };
}

const nearlyFull = 500_000;

async function whileFull(scene: Scene, disk: Disk, work: readonly string[], leave: number): Promise<Told> {
  const { stage, random } = scene;
  const running = stage.start(work);
  if (random() < 0.6) await pause(random() * stage.usual.backup);
  const struck = running.isRunning();
  disk.fill(random() * leave);
  let least = disk.free;
  for (; running.isRunning(); least = Math.min(least, disk.free)) await pause(10);
  const ran = await running.ended;
  // One that had all the room that it needed was not struck.
  return toldOf(ran, scene, struck && (ran.status !== 0 || least < nearlyFull));
}

export const disks: readonly Fault[] = [
  full("repository", 3_000_000),
  full("scratch", 200_000_000),
  full("source", 1_000_000),
];
