import type { Running } from "./command.ts";
import { type Fault, type Scene, type Told, toldOf } from "./fault.ts";
import type { OtherKind } from "./kinds/kind.ts";
import { descendantsOf, send } from "./processes.ts";
import { pause } from "./source-database.ts";
import type { Stage } from "./stage.ts";

/** What strikes backups and proofs of files, SQLite, Redis, Kubernetes objects and GitLab's toolbox. */

const kinds = ["files", "sqlite", "redis", "kubernetes", "gitlab"] as const;

type Strike = (running: Running, kind: OtherKind, scene: Scene) => boolean | Promise<boolean>;

function struck(kind: (typeof kinds)[number], what: string, work: "backup" | "proof", strike: Strike): Fault {
  return {
    name: `${what} (${work} of ${kind})`,
    share: 0.6,
    ofOtherKinds: true,
    notRun: (stage) => (kindOf(stage, kind) === undefined ? `no stand-in of ${kind}` : undefined),
    async strike(scene): Promise<Told> {
      const { stage, keeper, random } = scene;
      const one = kindOf(stage, kind);
      const id = keeper.newestOf(kind);
      if (one === undefined || (work === "proof" && id === undefined)) return { outcome: "missed" };
      const running = stage.start(work === "backup" ? stage.backup(one.store) : stage.proof(id ?? ""));
      await pause(random() * stage.usual.backup * (what === "its program killed" ? 0.3 : 1));
      const hit = running.isRunning() && (await strike(running, one, scene));
      return toldOf(await running.ended, scene, hit);
    },
  };
}

function kindOf({ others }: Stage, kind: string): OtherKind | undefined {
  return others?.kinds.find((one) => one.kind === kind);
}

const runnerKilled: Strike = ({ pid }) => send(pid, "SIGKILL");

const clusterCut: Strike = (_, __, { stage: { others } }) => others?.pods.line.cut() === true;

/** In a pod it is no child of the runner's. */
async function programKilled(running: Running, { program }: OtherKind): Promise<boolean> {
  while (running.isRunning()) {
    const found = descendantsOf(process.pid).find(({ command }) => program.test(command));
    if (found !== undefined) return send(found.pid, "SIGKILL");
    await pause(2);
  }
  return false;
}

/** Any of those that the proof has started: restic, a throw-away server, tar. */
async function proverKilled(running: Running, _: OtherKind, { random }: Scene): Promise<boolean> {
  while (running.isRunning()) {
    const found = descendantsOf(running.pid);
    const one = found[Math.floor(random() * found.length)];
    if (one !== undefined) return send(one.pid, "SIGKILL");
    await pause(5);
  }
  return false;
}

export const otherKinds: readonly Fault[] = kinds.flatMap((kind) => [
  struck(kind, "runner killed", "backup", runnerKilled),
  ...(kind === "redis" ? [] : [struck(kind, "connection cut", "backup", clusterCut)]),
  ...(kind === "kubernetes" ? [] : [struck(kind, "its program killed", "backup", programKilled)]),
  struck(kind, "a program killed", "proof", proverKilled),
]);
