import type { Running } from "./command.ts";
import { type Fault, type Scene, type Told } from "./fault.ts";
import { type Aim, elapsed, struckMidway } from "./moment.ts";
import { connected } from "./source-database.ts";
import { databaseStore, type Stage } from "./stage.ts";

/** A disk that becomes full at some moment of a run. */
function full(name: keyof Stage["disks"], aimAt: (scene: Scene) => Aim): Fault {
  return {
    name: `disk full: ${name}`,
    share: 3,
    notRun: ({ disks }) => (disks[name].isBounded ? undefined : "mounting a disk needs root"),
    async strike(scene): Promise<Told> {
      const disk = scene.stage.disks[name];
      const aim = aimAt(scene);
      try {
        return await struckMidway(scene, {
          ...aim,
          prepare: async () => disk.empty(),
        });
      } finally {
        disk.empty();
        // The server may have given up for want of room.
        if (name === "source") await scene.stage.server.crash(0);
      }
    },
  };
}

/** It has room for a random share of what the run has still to write, by what one wrote that was left alone. */
function writing(
  name: "repository" | "scratch",
  work: string,
  args: (scene: Scene) => readonly string[],
): (scene: Scene) => Aim {
  return (scene) => {
    const { stage, random } = scene;
    const [disk, bytes] = [stage.disks[name], `${work}: bytes of ${name}`];
    let [before, most, least] = [0, 0, 0];
    return {
      work: `${work}: until ${name} is full`,
      start() {
        [before, most, least] = [disk.used, 0, disk.free];
        return stage.start(args(scene));
      },
      progress() {
        const time = elapsed();
        return () => {
          most = Math.max(most, disk.used - before);
          least = Math.min(least, disk.free);
          return time();
        };
      },
      strike() {
        const left = (stage.wholes.get(bytes) ?? 0) - most;
        if (left <= 0) return false;
        disk.fill(random() * left);
        return true;
      },
      hasHit: ({ status }) => status !== 0 || least === 0,
      wasSpared: () => void stage.wholes.set(bytes, most),
    };
  };
}

/** Somebody who writes to the database is refused, with little left until then. */
function source(scene: Scene): Aim {
  const { stage, random } = scene;
  return {
    work: `backup of ${databaseStore}: in time`,
    start: () => stage.start(stage.backup(databaseStore)),
    progress: elapsed,
    strike(running) {
      stage.disks.source.fill(random() * 300_000);
      return isRefused(stage.server.url, running);
    },
  };
}

/** Whether it is while the run goes on. No row becomes another, but each is written anew. */
async function isRefused(url: string, running: Running): Promise<boolean> {
  const client = await connected(url);
  try {
    while (running.isRunning()) await client.query("update spare set text = text");
    return false;
  } catch {
    return true; // 53100 (disk_full), or the server has given up
  } finally {
    await client.end().catch(() => undefined);
  }
}

export const disks: readonly Fault[] = [
  full(
    "repository",
    writing("repository", `backup of ${databaseStore}`, ({ stage }) => stage.backup(databaseStore)),
  ),
  full(
    "scratch",
    writing("scratch", "proof of postgresql", ({ stage, keeper }) => stage.proof(keeper.newest ?? "none")),
  ),
  full("source", source),
];
