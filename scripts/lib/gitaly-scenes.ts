import { hash } from "node:crypto";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleAll } from "../../lab/gitlab/rake-create.ts";
import { restoreRepositories } from "../../lab/gitlab/rake-restore.ts";
import { startObjectStore } from "../../lab/servers/object-store.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { bringBackAlone } from "./gitaly-alone.ts";
import { findInArchive, packArchive, proveArchive } from "./gitaly-archive.ts";

import { pushMore, pushOwnHistory, refsIn, seenInArchive, seenOf } from "./gitaly-repositories.ts";
import { differences, inSteps, type Scene, type Seen, stateOf } from "./gitaly-scene.ts";
import type { Layout } from "./real-gitaly.ts";

/* What is done with a Gitaly and what stands for it, and what has to be the same on both sides. */

const quietly = (): void => undefined;
const worldOf = (repositories: string) => ({ now: () => new Date(0), databaseUrl: "", repositories });
const id = "1763600400_2026_11_20_16.11.8";

/** Lists of refs and manifests; what an in-place restore keeps of old commits is more than there was. */
function withoutKept(archive: Readonly<Record<string, string>>): Seen {
  const lists = Object.entries(archive).filter(([name]) => /\.(?:refs|toml)$/.test(name));
  return Object.fromEntries(lists.map(([name, text]) => [name, text.replace(/^\S+ refs\/keep-around\/.*\n/gm, "")]));
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
    if (refused !== undefined) found.push(...(/was empty/.test(refused) ? [] : [refused]));
    else if (String(refs) !== String((await refsIn(gitaly.storage, name)).toSorted()))
      found.push(`the refs of ${name} are read as ${String(refs)}`);
  }
  return [...said, ...found];
}

/** Gitaly backs up what was brought back as it backed up what it was. */
async function comesBackAlone(scene: Scene, layout: Layout, steps: number): Promise<readonly string[]> {
  const { gitaly, names, folder, git } = scene;
  await inSteps(scene, layout, steps);
  const [before, after] = [join(folder, "before"), join(folder, "after")];
  const some = [names.full, names.plain, names.long, ...(steps > 1 ? [names.empty] : [])];
  await gitaly.create({ path: before, layout: "manifest", id }, some);
  const tar = await packArchive(join(folder, "archive"));
  await pushMore(gitaly.storage, names);
  rmSync(join(gitaly.storage, names.plain), { recursive: true });
  const said: string[] = [];
  for (const name of some) said.push(...(await bringBackAlone(tar, { name, storage: gitaly.storage, git })));
  await gitaly.create({ path: after, layout: "manifest", id }, some);
  return [...said, ...differences(withoutKept(await seenInArchive(after)), withoutKept(await seenInArchive(before)))];
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
  "one that is brought back in place": (scene) => comesBackAlone(scene, "manifest", 1),
  "one that is brought back in place of steps, manifest": (scene) => comesBackAlone(scene, "manifest", 3),
  "one that is brought back in place of steps, pointer": (scene) => comesBackAlone(scene, "pointer", 3),
  "one that is brought back to a folder of steps": async (scene) => {
    const { gitaly, names, folder, git } = scene;
    await inSteps(scene, "manifest", 3);
    const tar = await packArchive(join(folder, "archive"));
    const found: string[] = [];
    for (const name of [names.full, names.long, names.wiki]) {
      const place = join(folder, "out", hash("sha256", name));
      found.push(
        ...(await bringBackAlone(tar, { name, storage: gitaly.storage, git }, { kind: "folder", folder: place })),
        ...differences({ [name]: await refsIn(gitaly.storage, name) }, { [name]: await refsIn(place, name) }),
      );
    }
    return found;
  },
  // Its bundle needs nothing of the steps before it, and the next one needs those.
  "a step with a history of its own": async (scene) => {
    const { gitaly, names, asked, folder, git } = scene;
    const path = await inSteps(scene, "manifest", 1);
    await pushOwnHistory(gitaly.storage, names.plain);
    await gitaly.create({ path, layout: "manifest", id: "20260201", incremental: true }, asked);
    await pushMore(gitaly.storage, names);
    await gitaly.create({ path, layout: "manifest", id: "20260202", incremental: true }, asked);
    const { why, unknown } = await proveArchive(join(folder, "archive"));
    const before = await seenOf(gitaly.storage, names.plain);
    rmSync(join(gitaly.storage, names.plain), { recursive: true });
    const tar = await packArchive(join(folder, "archive"));
    const said = await bringBackAlone(tar, { name: names.plain, storage: gitaly.storage, git });
    const after = await seenOf(gitaly.storage, names.plain);
    return [...said, ...differences({ why: [], unknown: [], plain: before }, { why, unknown, plain: after })];
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
