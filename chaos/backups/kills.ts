import { pick } from "../random.ts";
import type { Running } from "./command.ts";
import type { Fault, Scene, Told } from "./fault.ts";
import { type Aim, bytesOver, elapsed, lifeOf, processesOf, struckMidway } from "./moment.ts";
import { send } from "./processes.ts";
import { databaseStore } from "./stage.ts";

/** Kills at random moments: of the run itself, of each program it starts, of the server it asks. */

type Kind = "backup" | "point" | "proof" | "prune" | "check";

interface Work {
  /** As the wholes name it. */
  readonly name: string;
  prepare?(): Promise<void>;
  start(): Running;
  /** What is wrong after it, struck or not. */
  after?(): Promise<readonly string[]>;
}

const works: Readonly<Record<Kind, (scene: Scene) => Work>> = {
  backup: (scene) => backupOf(scene, (scene.random() < 0.7 ? undefined : scene.stage.stores.at(-1)) ?? databaseStore),
  point: ({ stage }) => ({ name: "backup of all", start: () => stage.start(stage.backup(undefined)) }),
  proof: ({ stage, keeper }) => ({
    name: "proof of postgresql",
    start: () => stage.start(stage.proof(keeper.newest ?? "none")),
  }),
  prune: pruneOf,
  check: ({ stage }) => ({ name: "check", start: () => stage.start(["backup", "check", "--read-data"]) }),
};

function databaseOf(scene: Scene): Work {
  return backupOf(scene, databaseStore);
}

function backupOf({ stage }: Scene, store: string): Work {
  return { name: `backup of ${store}`, start: () => stage.start(stage.backup(store)) };
}

/** Retention that has something to remove. What was about to be removed may be gone; the newest never. */
function pruneOf(scene: Scene): Work {
  const { stage, keeper } = scene;
  const before = new Set<string>();
  return {
    name: "prune",
    async prepare() {
      const shown = (await keeper.list()).backups;
      if (shown.filter(({ kind }) => kind === "postgresql").length < 2) {
        const [id] = keeper.heard((await stage.run(stage.backup(databaseStore))).out);
        if (id !== undefined) before.add(id);
      }
      for (const { id } of shown) before.add(id);
    },
    start: () => stage.start(["backup", "prune", "--yes"], { shiftMs: 2 * 86_400_000 }),
    after: () => forgetGone(scene, [...before]),
  };
}

export async function forgetGone({ keeper }: Scene, before: readonly string[]): Promise<readonly string[]> {
  const now = new Set((await keeper.list()).backups.map(({ id }) => id));
  const gone = before.filter((id) => !now.has(id));
  keeper.forget(gone);
  return before.length > 0 && now.size === 0 ? ["retention removed every backup"] : [];
}

async function struck(
  scene: Scene,
  work: Work,
  { by, ...aim }: Pick<Aim, "progress" | "strike" | "hasHit"> & { readonly by: string },
): Promise<Told> {
  const told = await struckMidway(scene, { ...work, ...aim, work: `${work.name}: ${by}` });
  return { ...told, wrong: [...(told.wrong ?? []), ...((await work.after?.()) ?? [])] };
}

/** `kill -9` of the run. */
function killOfRun(kind: Kind, share: number): Fault {
  return {
    name: `runner killed (${kind})`,
    share,
    strike: (scene) =>
      struck(scene, works[kind](scene), {
        by: "time",
        progress: elapsed,
        strike: ({ pid }) => send(pid, "SIGKILL"),
        hasHit: ({ signal }) => signal !== null,
      }),
  };
}

/** `kill -9` of a program that the run has started, at some moment of its life. */
function killOfProgram(program: RegExp, what: string, share: number, workOf: (scene: Scene) => Work): Fault {
  return {
    name: what,
    share,
    strike: (scene) =>
      struck(scene, workOf(scene), {
        by: what,
        progress: ({ pid }) => lifeOf(() => processesOf(pid, program)),
        strike: ({ pid }) => killOne(scene, pid, program),
      }),
  };
}

/** Whether there was one. */
export function killOne({ random }: Scene, parent: number, program: RegExp): boolean {
  const found = processesOf(parent, program);
  return found.length > 0 && send(pick(random, found).pid, "SIGKILL");
}

/** The server that is backed up, as a whole; it recovers. */
const serverKilled: Fault = {
  name: "PostgreSQL killed",
  share: 3,
  strike: (scene) =>
    struck(scene, databaseOf(scene), {
      by: "time",
      progress: elapsed,
      async strike() {
        await scene.stage.server.crash(scene.random() * 300);
        return true;
      },
    }),
};

/** What happens between the run and the database, at some byte that is asked for. */
function betweenThem(name: string, strike: (scene: Scene) => boolean | Promise<boolean>): Fault {
  return {
    name,
    share: 3,
    strike: (scene) =>
      struck(scene, databaseOf(scene), {
        by: "bytes asked for",
        progress: () => bytesOver(scene.stage.line),
        strike: () => strike(scene),
      }),
  };
}

const brokenOff: Fault = {
  name: "broken off by a person",
  share: 2,
  strike: (scene) =>
    struck(scene, works[scene.random() < 0.5 ? "backup" : "proof"](scene), {
      by: "time",
      progress: elapsed,
      strike: ({ pid }) => send(pid, "SIGTERM"),
    }),
};

export const kills: readonly Fault[] = [
  killOfRun("backup", 5),
  killOfRun("point", 3),
  killOfRun("proof", 4),
  killOfRun("prune", 3),
  killOfRun("check", 1),
  killOfProgram(/pg_dump --format/, "pg_dump killed (backup)", 4, databaseOf),
  killOfProgram(/restic/, "restic killed (backup)", 5, works.backup),
  killOfProgram(/restic/, "restic killed (proof)", 2, works.proof),
  killOfProgram(/restic/, "restic killed (prune)", 3, works.prune),
  killOfProgram(/pg_restore/, "pg_restore killed (proof)", 2, works.proof),
  killOfProgram(/postgres -D .*millwright-proof|postgres: /, "throw-away server killed (proof)", 3, works.proof),
  serverKilled,
  betweenThem("a session of PostgreSQL killed", ({ stage, random }) => stage.server.killSession(random)),
  betweenThem("connection cut", ({ stage }) => stage.line.cut()),
  brokenOff,
];
