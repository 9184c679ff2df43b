import { chmodSync, cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleAll } from "../../lab/gitlab/rake-create.ts";
import { restoreRepositories } from "../../lab/gitlab/rake-restore.ts";
import { startObjectStore } from "../../lab/servers/object-store.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { findInArchive, proveArchive } from "./gitaly-archive.ts";
import type { GitalyPrograms } from "./gitaly-programs.ts";
import { makeRepositories, pushMore, type Repositories, refsIn, seenInArchive, seenOf } from "./gitaly-repositories.ts";
import { type Layout, type RealGitaly, startGitaly } from "./real-gitaly.ts";

/* What is done with a Gitaly and what stands for it, and what has to be the same on both sides. */

/** A Gitaly with repositories of every shape, for one case. */
interface Scene {
  readonly gitaly: RealGitaly;
  readonly names: Repositories;
  /** All of them, and one that Rails knows and Gitaly has not. */
  readonly asked: readonly string[];
  readonly folder: string;
  readonly cache: string;
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
    close,
  };
}

const quietly = (): void => undefined;
const worldOf = (repositories: string) => ({ now: () => new Date(0), databaseUrl: "", repositories });
const id = "1763600400_2026_11_20_16.11.8";

type Seen = Readonly<Record<string, unknown>>;

/** What differs, by name. */
function differences(mine: Seen, real: Seen): readonly string[] {
  const [a, b] = [mine, real].map(
    (seen) => new Map(Object.entries(seen).map(([name, one]) => [name, JSON.stringify(one)])),
  );
  return [...new Set([...(a ?? []), ...(b ?? [])].map(([name]) => name))].flatMap((name) =>
    a?.get(name) === b?.get(name) ? [] : [`${name} is ${a?.get(name)} and there ${b?.get(name)}`],
  );
}

async function stateOf(storage: string, names: readonly string[]): Promise<Seen> {
  const found: Record<string, unknown> = {};
  for (const name of names) found[name] = await seenOf(storage, name);
  return found;
}

/** Backups one after the other, with pushes in between; the folder. */
async function inSteps({ gitaly, names, asked, folder }: Scene, layout: Layout, steps: number): Promise<string> {
  const path = join(folder, "archive", "repositories");
  for (let step = 0; step < steps; step += 1) {
    if (step > 0) await pushMore(gitaly.storage, names);
    await gitaly.create({ path, layout, id: `2026010${step}`, incremental: step > 0 }, asked);
  }
  return path;
}

async function isProven(scene: Scene, layout: Layout, steps: number): Promise<readonly string[]> {
  const { gitaly, names, folder } = scene;
  await inSteps(scene, layout, steps);
  const empty = steps > 1 ? 0 : 1;
  const { proven, why, unknown } = await proveArchive(join(folder, "archive"));
  const said = differences(
    { proven: Object.values({ ...names }).length - empty, why: [], unknown: [] },
    { proven, why, unknown },
  );
  const found: string[] = [];
  for (const name of Object.values<string>({ ...names })) {
    const { refs, refused } = await findInArchive(join(folder, "archive"), name);
    if (refused !== undefined) found.push(...(/in \d steps|was empty/.test(refused) ? [] : [refused]));
    else if (String(refs) !== String((await refsIn(gitaly.storage, name)).toSorted()))
      found.push(`the refs of ${name} are read as ${String(refs)}`);
  }
  return [...said, ...found];
}

/** By what each is; what differs is told. */
export const scenes: Readonly<Record<string, (scene: Scene) => Promise<readonly string[]>>> = {
  "a backup": async ({ gitaly, asked, folder }) => {
    const [mine, real] = [join(folder, "mine"), join(folder, "real")];
    await bundleAll(worldOf(gitaly.storage), mine, id, quietly);
    await gitaly.create({ path: real, layout: "manifest", id }, asked);
    return differences(await seenInArchive(mine), await seenInArchive(real));
  },
  "a backup in a bucket": async ({ gitaly, asked, folder, cache }) => {
    const [accessKey, secretKey] = ["contract", "secret-of-the-contract"];
    const store = await startObjectStore({
      tools: join(cache, "tools"),
      folder: join(folder, "s3"),
      port: await freePort(),
      accessKey,
      secretKey,
      buckets: ["repositories"],
      register: quietly,
    });
    if (store === undefined) return ["no versitygw, and no Go to build it"];
    try {
      const query = `endpoint=${encodeURIComponent(store.url)}&region=us-east-1&s3ForcePathStyle=true&disableSSL=true`;
      const env = { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey };
      await gitaly.create({ path: `s3://repositories?${query}`, layout: "manifest", id, env }, asked);
      const real = join(folder, "real");
      await gitaly.create({ path: real, layout: "manifest", id }, asked);
      return differences(await seenInArchive(store.folderOf("repositories")), await seenInArchive(real));
    } finally {
      await store.close();
    }
  },
  "a restore": async ({ gitaly, names, asked, folder }) => {
    const mine = join(folder, "mine");
    await bundleAll(worldOf(gitaly.storage), mine, id, quietly);
    const before = await stateOf(gitaly.storage, asked);
    await pushMore(gitaly.storage, names);
    rmSync(join(gitaly.storage, names.plain), { recursive: true });
    const there = join(folder, "there");
    cpSync(gitaly.storage, there, { recursive: true });
    await restoreRepositories(worldOf(there), mine, quietly);
    await gitaly.restore({ path: mine, layout: "manifest" }, asked);
    const real = await stateOf(gitaly.storage, asked);
    return [...differences(await stateOf(there, asked), real), ...differences(before, real)];
  },
  "a restore of steps": async (scene) => {
    const { gitaly, names, asked } = scene;
    const path = await inSteps(scene, "manifest", 2);
    const before = await stateOf(gitaly.storage, asked);
    await pushMore(gitaly.storage, names);
    await gitaly.restore({ path, layout: "manifest" }, asked);
    return differences(before, await stateOf(gitaly.storage, asked));
  },
  // What is known to differ: each step's refs are fetched, and none is set back or deleted after them.
  "a restore of steps to where nothing is": async (scene) => {
    const { gitaly, asked, names } = scene;
    const path = await inSteps(scene, "manifest", 2);
    const before = await refsIn(gitaly.storage, names.full);
    for (const name of asked) rmSync(join(gitaly.storage, name), { recursive: true, force: true });
    await gitaly.restore({ path, layout: "manifest" }, asked);
    const now = await refsIn(gitaly.storage, names.full);
    const nameOf = (line: string): string => line.split(" ")[1] ?? "";
    const back = now.filter((line) => !before.map(nameOf).includes(nameOf(line))).map(nameOf);
    const other = before.filter((line) => !now.includes(line)).map(nameOf);
    return differences(
      { deleted: ["refs/merge-requests/1/head"], setBack: ["refs/heads/develop"] },
      { deleted: back, setBack: other },
    );
  },
  "a full backup is read, manifest": (scene) => isProven(scene, "manifest", 1),
  "a full backup is read, pointer": (scene) => isProven(scene, "pointer", 1),
  "a full backup is read, legacy": (scene) => isProven(scene, "legacy", 1),
  "an incremental backup is read, manifest": (scene) => isProven(scene, "manifest", 3),
  "an incremental backup is read, pointer": (scene) => isProven(scene, "pointer", 3),
  "an incremental backup of which a step is damaged": async (scene) => {
    const path = await inSteps(scene, "manifest", 3);
    const [file = ""] = globSync(`**/${scene.names.full}/*/002.bundle`, { cwd: path });
    const bytes = readFileSync(join(path, file));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 30) ^ 1, bytes.length - 30);
    writeFileSync(join(path, file), bytes);
    const { why } = await proveArchive(join(scene.folder, "archive"));
    return why.length === 1 && why[0]?.startsWith(scene.names.full) === true ? [] : [`it is said: ${why.join("; ")}`];
  },
  "hooks that were brought back": async (scene) => {
    const { gitaly, names, folder } = scene;
    await inSteps(scene, "manifest", 1);
    const before = await seenOf(gitaly.storage, names.full);
    const { hooks } = await findInArchive(join(folder, "archive"), names.full);
    if (hooks === undefined) return ["its custom hooks are not found in the archive"];
    rmSync(join(gitaly.storage, names.full, "custom_hooks"), { recursive: true });
    await gitaly.setHooks(names.full, hooks);
    return differences({ full: before }, { full: await seenOf(gitaly.storage, names.full) });
  },
};
