import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ask } from "../servers/postgresql.ts";
import { momentOf, type RakeWorld } from "./backup-world.ts";
import { bundleAll, dumpDatabase } from "./rake-create.ts";
import { restoreDatabase, restoreRepositories } from "./rake-restore.ts";

/* `gitlab-rake` and `gitlab-rails` as a program, for the toolbox's own scripts (toolbox-scripts.ts): `rake.ts WORLD rake TASK`. */

/** What the scripts' run writes down for it; it has the database's password, and none but its owner may read it. */
export const RakeFile = z.object({
  version: z.string(),
  databaseUrl: z.string(),
  repositories: z.string(),
  /** `/srv/gitlab/tmp/backups` */
  parts: z.string(),
  /** Where the scripts look for the schema's head. */
  head: z.string(),
});
export type RakeFile = z.infer<typeof RakeFile>;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Task = (world: RakeWorld, file: RakeFile) => Promise<void>;

const tasks: Readonly<Record<string, Task>> = {
  "gitlab:backup:db:create": (world, { parts }) => dumpDatabase(world, join(parts, "db"), say),
  "gitlab:backup:repo:create": (world, { parts, version }) =>
    bundleAll(world, join(parts, "repositories"), momentOf({ ...world, version: () => version }), say),
  "gitlab:backup:db:restore": (world, { parts }) => {
    const assumesYes = /^(?:1|yes|true)$/.test(process.env["GITLAB_ASSUME_YES"] ?? "");
    return restoreDatabase(world, join(parts, "db"), assumesYes, say);
  },
  "gitlab:backup:repo:restore": (world, { parts }) => restoreRepositories(world, join(parts, "repositories"), say),
  "gitlab:backup:builds:restore": async () => undefined,
  "cache:clear": async () => undefined,
  runner: async ({ databaseUrl }, { head }) => {
    const [row] = await ask(databaseUrl, ["select max(version) as head from schema_migrations"]);
    writeFileSync(head, String(row?.["head"]));
  },
};

if (import.meta.main) {
  const [place = "", , name = ""] = process.argv.slice(2);
  const file = RakeFile.parse(JSON.parse(readFileSync(place, "utf8")));
  const task = tasks[name];
  try {
    if (task === undefined) throw new Error(`rake aborted!\nDon't know how to build task '${name}'`);
    mkdirSync(file.parts, { recursive: true });
    await task({ now: () => new Date(), ...file }, file);
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
  }
}
