import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { quickenKey } from "../../src/backups/repository/quick-key.test-support.ts";
import { startTestCluster, type TestCluster } from "../../src/store/test-cluster.ts";
import { clusterVariable } from "../../src/store/test-support.ts";
import { type Random, randomOf } from "../random.ts";
import { type Built, buildCommand } from "./command.ts";
import { damage } from "./damage.ts";
import { disks } from "./disks.ts";
import type { Fault, Scene, Told } from "./fault.ts";
import { Keeper } from "./keeper.ts";
import { kills } from "./kills.ts";
import { meanwhile } from "./meanwhile.ts";
import { Oracle } from "./oracle.ts";
import { Restic } from "./oracle-restic.ts";
import { otherKinds } from "./other-kinds.ts";
import { releaseAbandoned } from "./site.ts";
import { databaseStore, resticKey, Stage } from "./stage.ts";
import { olderMajor, surroundings } from "./surroundings.ts";

const faults: readonly Fault[] = [...kills, ...otherKinds, ...disks, ...damage, ...meanwhile, ...surroundings];

export interface Options {
  readonly rounds: number;
  readonly seed: number;
  readonly minutes: number;
  /** Only faults whose name has this in it. */
  readonly only?: string | undefined;
  /** With PostgreSQL alone, and nothing restored a second time at the end. */
  readonly short?: boolean;
  readonly say: (line: string) => void;
}

/** How often a fault was tried and what became of it. */
export interface Tally {
  tried: number;
  refused: number;
  survived: number;
  found: number;
  missed: number;
  readonly seconds: number[];
}

export interface Result {
  readonly rounds: number;
  readonly minutes: number;
  readonly tallies: ReadonlyMap<string, Tally>;
  /** How many backups the oracle restored. */
  readonly restored: number;
  readonly notRun: readonly string[];
  readonly wrong: readonly string[];
}

/** Plays rounds: a fault in each, and after each everything that is shown is held against what it says. */
export async function playBackupRounds(options: Options): Promise<Result> {
  const { only } = options;
  if (only !== undefined && !faults.some(({ name }) => name.includes(only)))
    throw new Error(`no fault has "${only}" in its name`);
  for (const folder of releaseAbandoned()) options.say(`${folder} was left by one that was killed; it is gone now`);
  const built = await buildCommand();
  const began = performance.now();
  const game = new Game(options);
  try {
    await game.play(built);
    return game.result((performance.now() - began) / 60_000);
  } finally {
    built.remove();
  }
}

type Shared = Pick<TestCluster, "url" | "stop">;

function sharedServer(): Shared | undefined {
  const url = process.env[clusterVariable];
  return url === undefined || url === "" ? undefined : { url, stop: () => Promise.resolve() };
}

class Game {
  readonly #options: Options;
  /** In short the oracle and the control plane have databases of their own on the server that all tests share. */
  readonly #shared: Shared | undefined;
  readonly #tallies = new Map<string, Tally>();
  readonly #wrong: string[] = [];
  readonly #notRun: string[] = [];
  #rounds = 0;
  #restored = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#shared = options.short === true ? sharedServer() : undefined;
  }

  result(minutes: number): Result {
    const [rounds, restored] = [this.#rounds, this.#restored];
    return { rounds, restored, minutes, tallies: this.#tallies, notRun: this.#notRun, wrong: this.#wrong };
  }

  async play(built: Built): Promise<void> {
    await this.#on(built, undefined, (scene) => this.#rage(scene));
    const other = faults.find(({ name }) => name === "restored into another major");
    const { only } = this.#options;
    if (other === undefined || (only !== undefined && !other.name.includes(only))) return;
    const why = other.notRun?.(undefined as never);
    if (why === undefined) await this.#on(built, olderMajor(), (scene) => this.#round(scene, other));
    else this.#notRun.push(`${other.name}: ${why}`);
  }

  async #on(built: Built, major: number | undefined, work: (scene: Scene) => Promise<void>): Promise<void> {
    const stage = await Stage.set(built, this.#random(0), {
      major,
      everyKind: major === undefined && this.#options.short !== true,
    });
    try {
      const server = this.#shared ?? (await startTestCluster(stage.root));
      try {
        await this.#beside(stage, server, work);
      } finally {
        await server.stop();
      }
    } finally {
      await stage.close();
    }
  }

  async #beside(stage: Stage, server: Shared, work: (scene: Scene) => Promise<void>): Promise<void> {
    const plane = await stage.controlPlane(server.url);
    try {
      const restic = new Restic(stage.repository, resticKey);
      const folder = join(stage.root, "oracle");
      mkdirSync(folder);
      const keeper = new Keeper(stage, restic, new Oracle(restic, server, folder, stage.others?.kinds ?? []));
      await stage.run(["backup", "init"]);
      quickenKey(stage.repository, resticKey);
      await work({ stage, keeper, restic, plane, random: this.#random(0) });
      this.#restored += keeper.restored;
    } finally {
      await plane.close();
    }
  }

  /** A round's own, whatever those before it drew. */
  #random(round: number): Random {
    return randomOf(this.#options.seed * 100_003 + round);
  }

  async #rage(scene: Scene): Promise<void> {
    const { rounds, minutes, say, only, short } = this.#options;
    const ready = faults.filter((fault) => {
      const why = fault.notRun?.(scene.stage);
      // In short it is left out, which is no lack of this machine.
      const isLeftOut = short === true && fault.ofOtherKinds === true;
      if (why !== undefined && fault.share > 0 && !isLeftOut) this.#notRun.push(`${fault.name}: ${why}`);
      return why === undefined && fault.share > 0 && (only === undefined || fault.name.includes(only));
    });
    await this.#calm(scene);
    const until = performance.now() + minutes * 60_000;
    while (this.#rounds < rounds && performance.now() < until) {
      const random = this.#random(this.#rounds + 1);
      await this.#round({ ...scene, random }, drawn(ready, random));
      if (this.#rounds % 25 === 0) say(`${this.#rounds} rounds, ${this.#wrong.length} things wrong`);
      if (this.#rounds % 10 === 0) await this.#tidy(scene);
    }
    if (this.#options.short !== true) this.#note(this.#rounds, "at the end", await scene.keeper.judgeAnew());
  }

  /** A run of each kind in which nothing happens: it must go well. */
  async #calm(scene: Scene): Promise<void> {
    const { stage, keeper } = scene;
    const backup = await stage.run(stage.backup(undefined));
    const [id = "none"] = keeper.heard(backup.out);
    const proof = await stage.run(stage.proof(id));
    const single = stage.objects === undefined ? backup : await stage.run(stage.backup(databaseStore));
    keeper.heard(single.out);
    if (proof.status !== 0 || single.status !== 0)
      this.#note(0, "undisturbed", [`a backup or proof fails: ${backup.err}${proof.out}${proof.err}${single.err}`]);
    await scene.plane.look();
    this.#note(0, "undisturbed", await keeper.judge());
  }

  async #round(scene: Scene, fault: Fault): Promise<void> {
    this.#rounds += 1;
    const { stage, keeper } = scene;
    // What is aimed at a proof needs a backup, and damage may have been all of them.
    if (keeper.newest === undefined) await this.#calm(scene);
    const told = await fault
      .strike(scene)
      .catch((thrown: unknown): Told => ({ outcome: "missed", wrong: [String(thrown)] }));
    this.#count(fault, told);
    this.#options.say(
      `${this.#rounds} ${fault.name}: ${told.outcome}${told.seconds === undefined ? "" : ` in ${told.seconds.toFixed(1)} s`}${told.note === undefined ? "" : ` (${told.note})`}`,
    );
    // What a killed run left goes at the next start.
    const next = /proof|scratch|server|broken/.test(fault.name)
      ? await stage.run(stage.proof(keeper.newest ?? "none"))
      : undefined;
    const failed =
      next !== undefined && next.status !== 0 ? [`the next proof: ${next.out}${next.err}`.slice(0, 400)] : [];
    this.#note(this.#rounds, fault.name, [...(told.wrong ?? []), ...failed, ...(await keeper.judge())]);
  }

  /** Retention and cleaning, so that the repository stays small, and what they leave is whole. */
  async #tidy({ stage, keeper }: Scene): Promise<void> {
    const before = (await keeper.list()).backups.map(({ id }) => id);
    const pruned = await stage.run(["backup", "prune", "--yes"], { shiftMs: 30 * 86_400_000 });
    const cleaned = await stage.run(["backup", "clean", "--older-than", "0", "--yes"]);
    const now = new Set((await keeper.list()).backups.map(({ id }) => id));
    keeper.forget(before.filter((id) => !now.has(id)));
    const failed = [pruned, cleaned].filter(({ status }) => status !== 0).map(({ err }) => `tidying: ${err}`);
    this.#note(this.#rounds, "tidying", [...failed, ...(await keeper.judge())]);
  }

  #count({ name }: Fault, { outcome, seconds }: Told): void {
    const tally = this.#tallies.get(name) ?? { tried: 0, refused: 0, survived: 0, found: 0, missed: 0, seconds: [] };
    tally.tried += 1;
    tally[outcome] += 1;
    if (seconds !== undefined) tally.seconds.push(seconds);
    this.#tallies.set(name, tally);
  }

  #note(round: number, name: string, wrong: readonly string[]): void {
    for (const words of wrong) {
      const line = `round ${round}, ${name}: ${words}`;
      this.#wrong.push(line);
      this.#options.say(`WRONG: ${line}`);
    }
  }
}

function drawn(ready: readonly Fault[], random: Random): Fault {
  let luck = random() * ready.reduce((sum, { share }) => sum + share, 0);
  for (const fault of ready) {
    luck -= fault.share;
    if (luck < 0) return fault;
  }
  const last = ready.at(-1);
  if (last === undefined) throw new Error("no fault can be tried here");
  return last;
}
