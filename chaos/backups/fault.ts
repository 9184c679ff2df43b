import type { Random } from "../random.ts";
import type { Ran } from "./command.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { Keeper } from "./keeper.ts";
import type { Restic } from "./oracle-restic.ts";
import type { Stage } from "./stage.ts";

export interface Scene {
  readonly stage: Stage;
  readonly keeper: Keeper;
  readonly restic: Restic;
  readonly plane: ControlPlane;
  readonly random: Random;
}

/** What became of a fault. */
export interface Told {
  /** `missed`: what it was aimed at was over before it struck, or never met it. */
  readonly outcome: "refused" | "survived" | "found" | "missed";
  /** Of damage: from the moment the scheduled check is due until it is an incident. */
  readonly seconds?: number | undefined;
  /** What ought not to be. */
  readonly wrong?: readonly string[];
  readonly note?: string;
}

export interface Fault {
  readonly name: string;
  /** How often it is drawn beside the others. */
  readonly share: number;
  /** Of stores beside PostgreSQL. */
  readonly ofOtherKinds?: boolean;
  /** Why it cannot be tried here; undefined when it can. */
  notRun?(stage: Stage): string | undefined;
  strike(scene: Scene): Promise<Told>;
}

/** A run that was struck: what it claims is remembered, and that it says why when it did not end well. */
export function toldOf(ran: Ran, { keeper }: Scene, struck: boolean): Told {
  const made = keeper.heard(ran.out);
  const wrong = shownSecrets(ran);
  if (ran.signal === null && ran.status === 1 && made.length === 0 && !/\w/.test(ran.err + ran.out))
    wrong.push("a run that failed says nothing");
  if (/\bat .*\.mjs:\d+|TypeError|this is a bug/i.test(ran.err)) wrong.push(`it broke: ${ran.err.slice(0, 300)}`);
  if (!struck) return { outcome: "missed", wrong };
  const note = ran.status === 0 ? {} : { note: wordsOf(ran) };
  return { outcome: ran.status === 0 && ran.signal === null ? "survived" : "refused", wrong, ...note };
}

function shownSecrets({ out, err }: Ran): string[] {
  return /canary/.test(out + err) ? ["a secret or data in clear was printed"] : [];
}

export function wordsOf({ out, err, signal }: Ran): string {
  const why = out.split("\n").flatMap((line) => /"why":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? []);
  return (signal ?? [...why, err.trim().split("\n").at(-1) ?? ""].filter((words) => words !== "").join("; ")).slice(
    0,
    200,
  );
}
