import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { bucketComponents } from "../stores/buckets.ts";
import type { S3Login } from "../stores/s3.ts";
import type { BackupWorld } from "./backup-world.ts";
import type { RakeFile } from "./rake.ts";
import type { Answering } from "./rake-restore.ts";

/*
 * The toolbox's own programs in the place of what stands for them: `backup-utility`, `object-storage-backup` and `-restore` as they
 * lie in `gitlab-toolbox/scripts` of GitLab's images (gitlab.com/gitlab-org/build/CNG), with bash, Ruby, tar and s3cmd. Only their
 * folder /srv/gitlab is another, and Rails' tasks are the lab's (rake.ts).
 */

export interface Scripts {
  /** `gitlab-toolbox/scripts`: what lies below `bin` and `lib` is used. */
  readonly folder: string;
  readonly store: S3Login;
}

/** Runs `backup-utility` with these words, and says what it prints line by line. Its exit code; 127 where it could not be started. */
export async function runToolboxScripts(
  world: BackupWorld,
  { folder, store }: Scripts,
  argv: readonly string[],
  say: (line: string) => void,
  { assumesYes }: Answering = { assumesYes: false },
): Promise<{ readonly exitCode: number }> {
  const root = layOut(world, folder);
  writeFileSync(join(root, ".s3cfg"), settingsOf(store), { mode: 0o600 });
  const child = spawn("bash", [join(root, "bin", "backup-utility"), ...argv], {
    env: { ...environmentOf(world, root), ...(assumesYes ? { GITLAB_ASSUME_YES: "1" } : {}) },
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const both = new PassThrough();
  child.stdout.pipe(both, { end: false });
  child.stderr.pipe(both, { end: false });
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 1));
  }).finally(() => both.end());
  for await (const line of createInterface({ input: both })) {
    const stored = /^\[DONE\] Backup can be found at s3:\/\/([^/]+)\/(.+)$/.exec(line);
    if (stored !== null) world.count("backup stored", { bucket: stored[1] ?? "", key: stored[2] ?? "" });
    say(line);
  }
  const exitCode = await ended;
  const restored = argv[argv.indexOf("-t") + 1];
  if (exitCode === 0 && argv.includes("--restore") && restored !== undefined)
    world.count("backup restored", { backup: restored });
  return { exitCode };
}

/** What the chart sets in the toolbox's container. */
function environmentOf(world: BackupWorld, root: string): Readonly<Record<string, string>> {
  const buckets = bucketComponents.map((name) => [`${name.toUpperCase()}_BUCKET_NAME`, world.bucket(name)]);
  return {
    PATH: `${join(root, "bin")}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
    RUBYLIB: join(root, "lib"),
    HOME: root,
    LC_ALL: "C.UTF-8",
    BACKUP_BUCKET_NAME: world.bucket("backups"),
    TMP_BUCKET_NAME: world.bucket("backups-tmp"),
    ...Object.fromEntries(buckets),
  };
}

/** The scripts with their folder beside them; `srv/gitlab/tmp` is the pod's disk. */
function layOut(world: BackupWorld, scripts: string): string {
  const root = `${world.scratch}-scripts`;
  const rails = join(root, "srv", "gitlab");
  for (const place of [world.scratch, rails, join(root, "bin"), join(root, "lib")])
    mkdirSync(place, { recursive: true, mode: 0o700 });
  if (!existsSync(join(rails, "tmp"))) symlinkSync(world.scratch, join(rails, "tmp"));
  writeFileSync(join(rails, "VERSION"), `${world.version()}\n`);
  const head = join(root, "db_version");
  for (const part of ["bin", "lib"])
    for (const name of readdirSync(join(scripts, part))) {
      const text = readFileSync(join(scripts, part, name), "utf8");
      writeFileSync(join(root, part, name), text.replaceAll("/srv/gitlab", rails).replaceAll("/tmp/db_version", head), {
        mode: 0o755,
      });
    }
  const { databaseUrl, repositories } = world;
  const file: RakeFile = {
    version: world.version(),
    databaseUrl,
    repositories,
    parts: join(world.scratch, "backups"),
    head,
  };
  writeFileSync(join(root, "world.json"), JSON.stringify(file), { mode: 0o600 });
  const program = join(import.meta.dirname, "rake.ts");
  for (const name of ["rake", "rails"]) {
    const shim = join(root, "bin", `gitlab-${name}`);
    writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${program}" "${root}/world.json" ${name} "$@"\n`);
    chmodSync(shim, 0o755);
  }
  return root;
}

function settingsOf({ url, accessKey, secretKey }: S3Login): string {
  const { host, protocol } = new URL(url);
  return [
    "[default]",
    `access_key = ${accessKey}`,
    `secret_key = ${secretKey}`,
    `host_base = ${host}`,
    `host_bucket = ${host}`,
    `use_https = ${protocol === "https:" ? "True" : "False"}`,
    "",
  ].join("\n");
}
