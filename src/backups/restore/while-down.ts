import type { BehindFence } from "../fence/fence.ts";

/** Holds applications down for as long as work takes; undefined: no fence is declared, or nobody has to stop. */
export type Down = (<T>(work: () => Promise<T>) => Promise<BehindFence<T>>) | undefined;

export interface DoneWhileDown<T> {
  readonly done: T;
  /** Applications that are still down, with what to do. */
  readonly notGivenBack: readonly string[];
  /** Why applications were not down all the time, and what to do. */
  readonly notDown: readonly string[];
}

/** Does work while applications are down; `todo`: what to do where they were not all the time. */
export async function whileDown<T>(down: Down, todo: string, work: () => Promise<T>): Promise<DoneWhileDown<T>> {
  if (down === undefined) return { done: await work(), notGivenBack: [], notDown: [] };
  const { done, fenced, notGivenBack } = await down(work);
  const notDown = fenced.kind === "fenced" ? [] : [`applications were not down all the time: ${fenced.why}; ${todo}`];
  return { done, notGivenBack, notDown };
}
