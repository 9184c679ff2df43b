import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitalyPrograms } from "./gitaly-programs.ts";
import { makeRepositories, pushMore, type Repositories, seenOf } from "./gitaly-repositories.ts";
import { type Layout, type RealGitaly, startGitaly } from "./real-gitaly.ts";

/** A Gitaly with repositories of every shape, for one case. */
export interface Scene {
  readonly gitaly: RealGitaly;
  readonly names: Repositories;
  /** All of them, and one that Rails knows and Gitaly has not. */
  readonly asked: readonly string[];
  readonly folder: string;
  readonly cache: string;
  /** Gitaly's Git. */
  readonly git: string;
  close(): Promise<void>;
}

export async function openScene(programs: GitalyPrograms, cache: string): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-gitaly-"));
  chmodSync(folder, 0o700);
  const gitaly = await startGitaly(programs, folder);
  const close = async (): Promise<void> => {
    await gitaly.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const names = await makeRepositories(gitaly.storage).catch(async (thrown: unknown) => {
    await close();
    throw thrown;
  });
  return {
    gitaly,
    names,
    asked: [...Object.values<string>({ ...names }), "@hashed/00/00/nowhere.git"],
    folder,
    cache,
    git: programs.git,
    close,
  };
}

export type Seen = Readonly<Record<string, unknown>>;

/** What differs, by name. */
export function differences(mine: Seen, real: Seen): readonly string[] {
  const [a, b] = [mine, real].map(
    (seen) => new Map(Object.entries(seen).map(([name, one]) => [name, JSON.stringify(one)])),
  );
  return [...new Set([...(a ?? []), ...(b ?? [])].map(([name]) => name))].flatMap((name) =>
    a?.get(name) === b?.get(name) ? [] : [`${name} is ${a?.get(name)} and there ${b?.get(name)}`],
  );
}

export async function stateOf(storage: string, names: readonly string[]): Promise<Seen> {
  const found: Record<string, unknown> = {};
  for (const name of names) found[name] = await seenOf(storage, name);
  return found;
}

/** Backups one after the other, with pushes in between; the folder. */
export async function inSteps({ gitaly, names, asked, folder }: Scene, layout: Layout, steps: number): Promise<string> {
  const path = join(folder, "archive", "repositories");
  for (let step = 0; step < steps; step += 1) {
    if (step > 0) await pushMore(gitaly.storage, names);
    await gitaly.create({ path, layout, id: `2026010${step}`, incremental: step > 0 }, asked);
  }
  return path;
}
