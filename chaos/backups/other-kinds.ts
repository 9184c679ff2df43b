import type { Fault, Scene, Told } from "./fault.ts";
import { killOne } from "./kills.ts";
import type { OtherKind } from "./kinds/kind.ts";
import { type Aim, bytesOver, elapsed, lifeOf, processesOf, struckMidway } from "./moment.ts";
import { send } from "./processes.ts";
import type { Stage } from "./stage.ts";

/** What strikes backups and proofs of files, SQLite, Redis, Kubernetes objects and GitLab's toolbox. */

const kinds = ["files", "sqlite", "redis", "kubernetes", "gitlab"] as const;

type Strike = Pick<Aim, "progress" | "strike" | "hasHit">;

function struck(
  kind: (typeof kinds)[number],
  what: string,
  work: "backup" | "proof",
  strikeOf: (scene: Scene, kind: OtherKind) => Strike,
): Fault {
  return {
    name: `${what} (${work} of ${kind})`,
    share: 0.6,
    ofOtherKinds: true,
    notRun: (stage) => (kindOf(stage, kind) === undefined ? `no stand-in of ${kind}` : undefined),
    async strike(scene): Promise<Told> {
      const { stage, keeper } = scene;
      const one = kindOf(stage, kind);
      if (one === undefined) return { outcome: "missed" };
      const id = work === "proof" ? (keeper.newestOf(kind) ?? (await made(scene, one))) : "";
      return struckMidway(scene, {
        work: `${work} of ${kind}: ${what}`,
        start: () => stage.start(work === "backup" ? stage.backup(one.store) : stage.proof(id)),
        ...strikeOf(scene, one),
      });
    },
  };
}

/** A backup to be proven. */
async function made({ stage, keeper }: Scene, { store }: OtherKind): Promise<string> {
  const ran = await stage.run(stage.backup(store));
  return keeper.heard(ran.out)[0] ?? "none";
}

function kindOf({ others }: Stage, kind: string): OtherKind | undefined {
  return others?.kinds.find((one) => one.kind === kind);
}

const runnerKilled = (): Strike => ({
  progress: elapsed,
  strike: ({ pid }) => send(pid, "SIGKILL"),
  hasHit: ({ signal }) => signal !== null,
});

function clusterCut({ stage: { others } }: Scene): Strike {
  const line = others?.pods.line;
  return {
    progress: () => (line === undefined ? () => 0 : bytesOver(line)),
    strike: () => line?.cut() === true,
  };
}

/** In a pod it is no child of the runner's. */
function programKilled(scene: Scene, { program }: OtherKind): Strike {
  return {
    progress: () => lifeOf(() => processesOf(process.pid, program)),
    strike: () => killOne(scene, process.pid, program),
  };
}

/** Any of those that the proof has started: restic, a throw-away server, tar. */
function proverKilled(scene: Scene): Strike {
  return {
    progress: ({ pid }) => lifeOf(() => processesOf(pid, /./)),
    strike: ({ pid }) => killOne(scene, pid, /./),
  };
}

export const otherKinds: readonly Fault[] = kinds.flatMap((kind) => [
  struck(kind, "runner killed", "backup", runnerKilled),
  ...(kind === "redis" ? [] : [struck(kind, "connection cut", "backup", clusterCut)]),
  ...(kind === "kubernetes" ? [] : [struck(kind, "its program killed", "backup", programKilled)]),
  struck(kind, "a program killed", "proof", proverKilled),
]);
