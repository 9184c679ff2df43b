import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runBackupUtility } from "../../lab/gitlab/backup-utility.ts";
import { runToolboxScripts } from "../../lab/gitlab/toolbox-scripts.ts";
import { programOnPath } from "../../lab/servers/children.ts";
import { type ObjectStore, startObjectStore } from "../../lab/servers/object-store.ts";
import { bucketComponents, bucketsOf } from "../../lab/stores/buckets.ts";
import { toolboxVariable } from "../../lab/stores/index.ts";
import { freePort } from "../../src/store/postmaster.ts";
import type { ContractOptions, Outcome } from "./contract-part.ts";
import { ToolboxPlace } from "./toolbox-place.ts";

/*
 * What stands for GitLab's `backup-utility` against the toolbox's own scripts, with bash, Ruby, tar and s3cmd, on one database, the
 * same repositories and a gateway that speaks S3. Only Rails' tasks are the lab's on both sides. The scripts are GitLab's: whoever
 * wants this held names their folder (`gitlab-toolbox/scripts` of gitlab.com/gitlab-org/build/CNG).
 */

const what = "toolbox";

export async function holdToolbox({ cache }: ContractOptions): Promise<Outcome> {
  const scripts = process.env[toolboxVariable];
  if (scripts === undefined)
    return { kind: "not-run", what, why: `${toolboxVariable} names no folder with the toolbox's scripts` };
  const missing = ["bash", "ruby", "s3cmd", "tar", "git", "psql"].filter((name) => programOnPath(name) === undefined);
  if (missing.length > 0) return { kind: "not-run", what, why: `no ${missing.join(", ")}` };
  const folder = mkdtempSync(join(tmpdir(), "millwright-contract-toolbox-"));
  chmodSync(folder, 0o755);
  const store = await startObjectStore({
    tools: join(cache, "tools"),
    folder: join(folder, "s3"),
    port: await freePort(),
    accessKey: "contract",
    secretKey: "secret-of-the-contract",
    buckets: bucketsOf("production"),
    register: () => undefined,
  });
  try {
    if (store === undefined) return { kind: "not-run", what, why: "no versitygw, and no Go to build it" };
    return await compare(scripts, folder, store);
  } finally {
    await store?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs `backup-utility` with these words: its exit code, and which of the lines that matter it says. */
type Utility = (...argv: readonly string[]) => Promise<string>;

async function compare(scripts: string, folder: string, store: ObjectStore): Promise<Outcome> {
  const place = await ToolboxPlace.make(folder, store);
  const { world } = place;
  const yes = { assumesYes: true };
  let said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const ended = ({ exitCode }: { readonly exitCode: number }): string =>
    [exitCode, ...said.splice(0).flatMap(linesOf).filter(matters)].join(" | ");
  const ours: Utility = async (...argv) => ended(await runBackupUtility(world, argv, say, yes));
  const theirs: Utility = async (...argv) =>
    ended(await runToolboxScripts(world, { folder: scripts, store }, argv, say, yes));
  const complaints: string[] = [];
  try {
    for (const [name, scene] of Object.entries(scenes)) {
      const seen: string[] = [];
      for (const utility of [ours, theirs]) {
        await place.begin();
        said = [];
        seen.push(JSON.stringify(await scene(utility, place), undefined, 1));
      }
      const [mine = "", real = ""] = seen;
      if (mine !== real) complaints.push(`${name}: ${differenceOf(mine, real)}`);
    }
  } finally {
    await place.close();
  }
  const words = `backup-utility does in ${Object.keys(scenes).length} cases what stands for it does, down to the files and objects`;
  return { kind: "held", words, complaints };
}

function linesOf(text: string): readonly string[] {
  return stripVTControlCharacters(text).split("\n");
}

/** What the product reads out of what is printed. */
function matters(line: string): boolean {
  return /^(?:\[DONE\] (?:Finished|Backup)|Unknown|Unpacking|Packing|Found|Only one|You need|Bucket not|Dumping \w+ \.|Restoring \w+ \.)/.test(
    line,
  );
}

function differenceOf(mine: string, real: string): string {
  const [a, b] = [mine.split("\n"), real.split("\n")];
  const lost = a.filter((line) => !b.includes(line)).slice(0, 8);
  const found = b.filter((line) => !a.includes(line)).slice(0, 8);
  return `what stands for it alone: ${lost.join(" ")}; the toolbox's alone: ${found.join(" ")}`;
}

const scenes: Readonly<Record<string, (utility: Utility, place: ToolboxPlace) => Promise<unknown>>> = {
  "a backup": async (utility, place) => [withoutName(await utility()), await place.archives(), await place.seen()],
  "a backup with a name of its own, and parts left out": async (utility, place) => [
    await utility("-t", "mine", "--skip", "lfs_and_db", "--skip", "registry"),
    await place.archives(),
  ],
  "a tool for S3 that it does not know": async (utility, place) => [
    await utility("--s3tool", "s4cmd", "--skip", "repositories", "-t", "mine"),
    await place.seen(),
  ],
  "a tool for S3 that it does not know, and no bucket": async (utility, place) => [
    await utility("--s3tool", "s4cmd", "--skip", bucketComponents.join(), "-t", "mine"),
    await place.seen(),
  ],
  "an option that it does not know": async (utility) => utility("--rails-secrets"),
  "two actions at once": async (utility) => utility("--restore", "--cleanup", "-t", "mine"),
  "old ones are deleted, but for those with names of their own": async (utility, place) => {
    for (const name of ["1700000000_2023_11_14_16.5.0", "1710000000_2024_03_09_16.9.0", "mine"])
      await place.s3.put(place.world.bucket("backups"), `${name}_gitlab_backup.tar`, Buffer.from("x"));
    return [await utility("--cleanup", "--maximum-backups", "1"), await place.s3.list(place.world.bucket("backups"))];
  },
  "a restore": async (utility, place) => {
    await utility("-t", "mine");
    await place.spoil();
    return [await utility("--restore", "-t", "mine"), await place.seen()];
  },
  "a restore of what was backed up in part, with parts left out": async (utility, place) => {
    await utility("-t", "mine", "--skip", "repositories");
    await place.spoil();
    return [await utility("--restore", "-t", "mine", "--skip", "db", "--skip", "lfs"), await place.seen()];
  },
  "a restore of what is not there": async (utility, place) => {
    await place.spoil();
    return [await utility("--restore", "-t", "yours"), await place.seen()];
  },
  "a restore of nothing": async (utility) => utility("--restore"),
};

function withoutName(said: string): string {
  return said.replace(/\d{10}_\d{4}_\d\d_\d\d/, "MOMENT");
}
