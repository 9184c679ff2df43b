import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BackupWorld, repositoriesIn, run } from "../../lab/gitlab/backup-world.ts";
import { toolboxPostgresql } from "../../lab/gitlab/toolbox-postgresql.ts";
import { ask, type Postgresql } from "../../lab/servers/postgresql.ts";
import { bucketOf, bucketsOf, fillBuckets } from "../../lab/stores/buckets.ts";
import { lfsObjectsOf } from "../../lab/stores/encrypted-rows.ts";
import { fillRepositories } from "../../lab/stores/repositories.ts";
import { openS3, type S3, type S3Login } from "../../lab/stores/s3.ts";

const lfs = lfsObjectsOf(7, 3);

/** What `backup-utility` works on, made anew for each case; two runs of one case find the same. */
export class ToolboxPlace {
  readonly world: BackupWorld;
  readonly s3: S3;
  readonly #folder: string;
  readonly #postgresql: Postgresql;

  private constructor(folder: string, postgresql: Postgresql, store: S3Login) {
    [this.#folder, this.#postgresql] = [folder, postgresql];
    this.s3 = openS3(store, () => new Date());
    const databaseUrl = postgresql.ownerUrl("gitlabhq_production");
    this.world = {
      version: () => "17.8.7",
      now: () => new Date(),
      scratch: join(folder, "scratch"),
      databaseUrl,
      schemaHead: async () => {
        const [row] = await ask(databaseUrl, ["select max(version) as head from schema_migrations"]);
        return String(row?.["head"]);
      },
      repositories: join(folder, "repositories"),
      s3: this.s3,
      bucket: (component) => bucketOf("production", component),
      count: () => undefined,
    };
  }

  static async make(folder: string, store: S3Login): Promise<ToolboxPlace> {
    const postgresql = await toolboxPostgresql(folder, lfs, new Date());
    const place = new ToolboxPlace(folder, postgresql, store);
    await ask(place.world.databaseUrl, ["create table first as select id, path from projects"]);
    return place;
  }

  async begin(): Promise<void> {
    const { scratch, repositories, databaseUrl } = this.world;
    for (const place of [scratch, repositories]) rmSync(place, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    await fillRepositories(repositories, lfs, new Date(0));
    for (const bucket of bucketsOf("production"))
      for (const key of (await this.s3.list(bucket)) ?? []) await this.s3.delete(bucket, key);
    await fillBuckets(this.s3, "production", lfs);
    await ask(databaseUrl, ["update projects set path = first.path from first where first.id = projects.id"]);
  }

  /** As users would between a backup and its restore. */
  async spoil(): Promise<void> {
    const { repositories, databaseUrl } = this.world;
    const [lost = ""] = repositoriesIn(repositories);
    rmSync(join(repositories, lost), { recursive: true });
    await run("git", ["init", "--quiet", "--bare", join(repositories, "77.git")]);
    await ask(databaseUrl, ["update projects set path = 'spoiled'"]);
    await this.s3.delete(bucketOf("production", "lfs"), lfs[0]?.key ?? "");
    await this.s3.put(bucketOf("production", "lfs"), "ab/later", Buffer.from("later"));
  }

  /** All of it, by what does not change from one run to the next. */
  async seen() {
    const { databaseUrl, repositories, scratch } = this.world;
    const buckets: Record<string, readonly string[]> = {};
    for (const bucket of bucketsOf("production"))
      buckets[bucket] = ((await this.s3.list(bucket)) ?? []).map((key) => withoutMoment(key));
    const refs: string[] = [];
    for (const path of repositoriesIn(repositories))
      refs.push(
        path,
        await run("git", ["-C", join(repositories, path), "for-each-ref", "--format=%(refname) %(objectname)"]),
      );
    return {
      paths: await ask(databaseUrl, ["select path from projects order by id"]),
      refs,
      buckets,
      left: existsSync(join(scratch, "backups")) ? globSync("**", { cwd: join(scratch, "backups") }).length > 1 : false,
    };
  }

  /** What each archive in the bucket holds: files, and of its information all but moments. */
  async archives() {
    const bucket = bucketOf("production", "backups");
    const found = [];
    for (const key of (await this.s3.list(bucket)) ?? []) {
      const place = mkdtempSync(join(this.#folder, "unpacked-"));
      writeFileSync(join(place, "whole.tar"), (await this.s3.get(bucket, key)) ?? "");
      const listed = (await run("tar", ["-tf", join(place, "whole.tar")])).split("\n");
      await run("tar", ["-xf", join(place, "whole.tar"), "-C", place]);
      const inner: string[] = [];
      for (const name of globSync("*.tar.gz", { cwd: place }).toSorted())
        inner.push(name, ...(await run("tar", ["-tzf", join(place, name)])).split("\n").toSorted());
      const information = readFileSync(join(place, "backup_information.yml"), "utf8");
      found.push({
        files: listed
          .filter((name) => !name.endsWith("/"))
          .map(withoutMoment)
          .toSorted(),
        inner,
        information: information.split("\n").filter((line) => !/^:(?:backup_created_at|tar_version):/.test(line)),
      });
      rmSync(place, { recursive: true });
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#postgresql.close();
  }
}

/** Seconds since 1970, with or without the day behind them. */
function withoutMoment(name: string): string {
  return name.replace(/\b\d{10}(?:_\d{4}_\d\d_\d\d)?/g, "MOMENT");
}
