import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { BackupBucket, BucketComponent } from "../stores/buckets.ts";
import type { S3 } from "../stores/s3.ts";

/* What the toolbox's `backup-utility` works with, when it backs up and when it restores. */

/** What Rails' tasks reach. */
export interface RakeWorld {
  readonly now: () => Date;
  readonly databaseUrl: string;
  /** Gitaly's storage. */
  readonly repositories: string;
}

export interface BackupWorld extends RakeWorld {
  readonly version: () => string;
  /** The pod's disk: `/srv/gitlab/tmp`. */
  readonly scratch: string;
  readonly schemaHead: () => Promise<string>;
  /** undefined: no object store is set up. */
  readonly s3: S3 | undefined;
  readonly bucket: (component: BucketComponent | BackupBucket) => string;
  readonly count: (effect: string, detail: Readonly<Record<string, string>>) => void;
}

export const placesOf = ({ scratch }: BackupWorld) => ({
  parts: join(scratch, "backups"),
  tars: join(scratch, "backup_tars"),
});

/** Where its database is, as libpq's programs take it. */
export function connectionOf({ databaseUrl }: RakeWorld): {
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
} {
  const { username, password, port, pathname } = new URL(databaseUrl);
  const login = { PGHOST: "127.0.0.1", PGPORT: port, PGUSER: username, PGPASSWORD: decodeURIComponent(password) };
  return { database: pathname.slice(1), env: { PATH: pathOf(), ...login } };
}

/** `@hashed/ab/cd/….git`, also of wikis and designs, and those that were made while the lab ran, by their number; in their order. */
export function repositoriesIn(storage: string): readonly string[] {
  if (!existsSync(storage)) return [];
  return readdirSync(storage, { recursive: true, encoding: "utf8" })
    .filter((path) => /^(?:@hashed\/\w\w\/\w\w\/\w{64}(?:\.wiki|\.design)?|\d+)\.git$/.test(path))
    .sort();
}

/** Rails names what it makes so whatever `-t` says, which the script does not tell it (gitlabhq/gitlabhq lib/backup/manager.rb). */
export function momentOf({ now, version }: Pick<BackupWorld, "now" | "version">): string {
  const day = now().toISOString().slice(0, 10).replaceAll("-", "_");
  return `${Math.floor(now().getTime() / 1000)}_${day}_${version()}`;
}

export const stampOf = ({ now }: RakeWorld): string => `${now().toISOString().slice(0, 19).replace("T", " ")} UTC`;
const pathOf = (): string => process.env["PATH"] ?? "/usr/bin:/bin";

export async function run(program: string, args: readonly string[]): Promise<string> {
  const env = { PATH: pathOf(), GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [out, words] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (words += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(words.trim() === "" ? `${program}: command not found` : words.trim());
  return out;
}
