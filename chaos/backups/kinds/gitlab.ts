import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { copied, plainDump } from "../../../src/backups/kinds/gitlab/dump.test-support.ts";
import type { Pods } from "../pods.ts";
import type { SourceObjects } from "../source-objects.ts";
import { type OtherKind, partOf } from "./kind.ts";

const run = promisify(execFile);
const bucket = "gitlab-backups";

/** A toolbox whose backup-utility puts a tar into the bucket, of which database and repositories are of one moment. */
export function gitlabIn(root: string, pods: Pods, objects: SourceObjects, keys: string): OtherKind {
  const at = join(root, "gitlab");
  for (const name of ["db", "repositories/default"]) mkdirSync(join(at, "in", name), { recursive: true });
  const tar = join(at, "whole.tar");
  const project = join(at, "project.git");
  let version = 0;
  const write = (): void => {
    version += 1;
    writeFileSync(
      join(at, "in/db/database.sql.gz"),
      gzipSync(plainDump(copied("projects", ["id bigint", "name text"], `1\tv${version}`))),
    );
    bundle(project, `refs/heads/v${version}`, join(at, "in/repositories/default/project.bundle"));
    writeFileSync(
      join(at, "in/backup_information.yml"),
      ":db_version: 20250201000000\n:gitlab_version: 17.8.7\n:installation_type: gitlab-helm-chart\n",
    );
    execFileSync("tar", ["-cf", `${tar}.new`, "-C", join(at, "in"), "."]);
    renameSync(`${tar}.new`, tar);
  };
  write();
  const script = `cp "$TAR" "$BUCKET/$2_gitlab_backup.tar"; sleep 0.3; echo "[DONE] Backup can be found at s3://${bucket}/$2_gitlab_backup.tar"`;
  pods.add("toolbox", {
    env: { TAR: tar, BUCKET: objects.folderOf(bucket) },
    image: "registry.example.org/cng/gitlab-toolbox-ee:v17.8.7",
    programs: {
      "backup-utility": ["sh", "-c", script, "backup-utility"],
      df: ["sh", "-c", "printf 'Filesystem 1024-blocks Used Available\\n/dev/a 1 1 90000000 1%% /srv\\n'", "df"],
      ps: ["sh", "-c", "printf 'COMMAND\\nsleep 1\\n'", "ps"],
    },
  });
  const { endpoint, region } = objects.place;
  let changes = 0;
  return {
    kind: "gitlab",
    store: "gitlab/backup",
    declared: `{ kind: gitlab, toolbox: { namespace: apps, labels: app=toolbox }, backups: { endpoint: "${endpoint}", region: ${region}, bucket: ${bucket}, ${keys} } }`,
    program: /backup-utility/,
    change() {
      changes += 1;
      if (changes % 30 === 0) write();
    },
    async wrong(manifest, folder) {
      const to = join(folder, "gitlab");
      mkdirSync(to);
      await run("tar", ["-xf", join(folder, partOf(manifest, "gitlab.tar")), "-C", to]);
      const row = /^1\t(v\d+)$/m.exec(gunzipSync(readFileSync(join(to, "db/database.sql.gz"))).toString())?.[1];
      const head = readFileSync(join(to, "repositories/default/project.bundle"), "latin1");
      const pushed = / refs\/heads\/(v\d+)$/m.exec(head)?.[1];
      return row !== undefined && row === pushed
        ? []
        : [`its database is of ${row}, and its repositories of ${pushed}`];
    },
    close: () => undefined,
  };
}

/** A push of a branch, and a bundle of it. */
function bundle(project: string, branch: string, file: string): void {
  const input = `commit ${branch}\ncommitter Ada <ada@example.org> 0 +0000\ndata ${branch.length}\n${branch}\n`;
  execFileSync("git", ["init", "--quiet", "--bare", project]);
  execFileSync("git", ["-C", project, "fast-import", "--quiet"], { input });
  execFileSync("git", ["-C", project, "bundle", "create", "--quiet", file, branch]);
}
