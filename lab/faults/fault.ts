import type { EnvironmentName, Platform } from "../platform.ts";

/** Something that goes wrong on a platform, done to the lab for real as far as that can be. */
export interface Fault {
  readonly id: string;
  readonly title: string;
  /** What really happens, and what it stands for. */
  readonly really: string;
  /** It is over when the lab is stopped: a process, a connection or a setting that every start brings back. */
  readonly endsWithLab: boolean;
  /** What it can be done to; the first is meant when none is named. */
  readonly targets: (platform: Platform) => readonly string[];
  /** `random` is from a seed: the same seed breaks the same. Throws `InputError` where it cannot be done now. */
  apply(platform: Platform, target: string, random: () => number): Promise<void>;
  /** Where what really happens depends on the machine: what it was here. */
  readonly here?: () => string;
  /** Brings the target back; done twice it does no harm. */
  mend(platform: Platform, target: string): Promise<void>;
  /** Whether somebody else has undone it: Argo CD, or a run that put it back. Left out: only `mend` does. */
  isOver?(platform: Platform, target: string): boolean;
}

export const everyEnvironment: readonly EnvironmentName[] = ["production", "staging", "development"];

/** The same part in every environment, production first: `production/gitlab`. */
export function inEveryEnvironment(part: string): readonly string[] {
  return everyEnvironment.map((name) => `${name}/${part}`);
}

/** The environment that a target names. */
export function environmentOf(platform: Platform, target: string) {
  const name = everyEnvironment.find((one) => target.startsWith(`${one}/`));
  if (name === undefined) throw new Error(`${target} names no environment`);
  return platform.environments[name];
}
