// oxlint-disable no-restricted-imports -- tests make the repositories that a pod has
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { gitEnvironment } from "../../../../lab/repository/git.ts";
import { lfsObjectsOf } from "../../../../lab/stores/encrypted-rows.ts";
import { fillRepositories } from "../../../../lab/stores/repositories.ts";
import { folder } from "../../others/prove.test-support.ts";
import { copied, plainDump } from "./dump.test-support.ts";
import { configOf, made, pods, tarOf, toolbox, whole as wholeArchive } from "./gitlab.test-support.ts";

/* A GitLab of some projects, whose repositories are really Git's and lie in a pod. */

const env = gitEnvironment({ name: "Ada", email: "ada@example.org", at: "2026-11-20T09:00:00Z" });

export function git(...args: readonly string[]): string {
  return execFileSync("git", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

const lfs = lfsObjectsOf(7, 2);
const projects = [...new Set(lfs.map(({ projectId }) => projectId))];
export const hashed = (id: number): string => {
  const hash = createHash("sha256").update(String(id)).digest("hex");
  return `@hashed/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}.git`;
};
export const [one = 0, two = 0] = projects;
/** A dump that says which project has which repository, and where one of them lies. */
export const databaseWith = (project: number, disk: string) =>
  gzipSync(
    plainDump(
      copied(
        "routes",
        ["id bigint", "source_id bigint", "source_type text", "path text"],
        ...projects.map((id, index) => `${index}\t${id}\tProject\tteam/model-${index + 1}`),
        `99\t${one}\tNamespace\tteam`,
      ),
      copied("project_repositories", ["project_id bigint", "disk_path text"], `${project}\t${disk}`),
    ),
  );
export const database = databaseWith(two, hashed(two).replace(/\.git$/, ""));
export const tar = tarOf({ ...wholeArchive, "./db/database.sql.gz": database });
export const inPlace = { kind: "in-place" } as const;

let number = 0;

/** Two repositories with branches, tags and other refs, and a backup with a bundle of each or, where it is given, of that archive. */
export async function world(archive?: (storage: string) => Buffer, add: (storage: string) => void = () => undefined) {
  number += 1;
  const storage = join(folder(), "repositories");
  await fillRepositories(storage, lfs, new Date("2026-11-20T01:00:00Z"));
  const name = `storage-${number}`;
  pods.add(name, { namespace: "gitlab" });
  const gitaly = { pod: { namespace: "gitlab", labels: `app=${name}` }, path: storage, git: ["git"] };
  const more = { bundles: archive === undefined, gitaly };
  const at = join(storage, hashed(one));
  git("-C", at, "tag", "-a", "-m", "a tag", "v2", "main");
  git("-C", at, "update-ref", "refs/merge-requests/1/head", "main~1");
  add(storage);
  const whole = archive?.(storage) ?? tar;
  const { sealed, stored } = await made(whole, {}, more);
  const config = configOf(toolbox(whole), more);
  const lent = { stored, cluster: pods.cluster, gitRepository: "team/model-1" };
  return { storage, at, sealed, config, lent };
}

/** What its names point at, but those that keep old commits. */
export const refsOf = (at: string): string =>
  git("-C", at, "for-each-ref", "--format=%(objectname) %(refname)")
    .split("\n")
    .filter((line) => !line.includes("refs/keep-around/"))
    .join("\n");
