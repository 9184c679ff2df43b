// oxlint-disable no-restricted-imports -- tests make the database that GitLab had
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import { emptyDatabase } from "../../../store/test-support.ts";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { loan, made, pods, skip, tarOf, whole } from "./gitlab.test-support.ts";
import { restore } from "./restore.ts";
import { restoringToolbox } from "./restoring-toolbox.test-support.ts";

const inPlace = { kind: "in-place" } as const;
const url = await emptyDatabase();
const lost = Object.assign(new URL(url), { pathname: "/was_dropped" }).href;
const database: PostgresqlStore = {
  component: "gitlab",
  store: "database",
  kind: "postgresql",
  url: { kind: "env", name: "GITLAB_DATABASE" },
};
const eeInformation = whole["./backup_information.yml"].replace("17.8.7", "17.8.7-ee");
const backup = skip === false ? await made(tarOf({ ...whole, "./backup_information.yml": eeInformation })) : undefined;

let number = 0;

/** The plan for a GitLab whose database is there or was lost, and whose storage holds these repositories. */
async function planOf(at: string, repositories: readonly string[], comesBefore?: readonly string[]) {
  assert.ok(backup);
  const storage = folder();
  for (const name of repositories) {
    mkdirSync(join(storage, name), { recursive: true });
    writeFileSync(join(storage, name, "HEAD"), "ref: refs/heads/main\n");
  }
  number += 1;
  pods.add(`gitaly-emptied-${number}`, { namespace: "gitlab" });
  const pod = { namespace: "gitlab", labels: `app=gitaly-emptied-${number}` };
  const gitaly = { pod, path: storage, git: ["git"] };
  const secrets = { ...loan.secrets, "env:GITLAB_DATABASE": at };
  const { stored, sealed } = backup;
  const restoring = restoringOf({ stored, cluster: pods.cluster, declared: [database], secrets, comesBefore });
  return restore.plan(sealed, { ...restoringToolbox(at).config, gitaly }, inPlace, restoring);
}

test("a database that was dropped is in the way, unless the same restore brings it back first", { skip }, async () => {
  assert.match(
    (await planOf(lost, [])).refuses.join(),
    /what comes back could not be looked for in gitlab\/database: .*was_dropped/,
  );

  assert.deepEqual((await planOf(lost, [], ["kubernetes/objects", "gitlab/database"])).refuses, []);

  const nobody = "postgresql://nobody@127.0.0.1:1/gitlab";
  assert.match((await planOf(nobody, [], ["gitlab/database"])).refuses.join(), /could not be looked for/);
});

test("of a GitLab without database and repositories no backup is made before; with either there is something to lose", {
  skip,
}, async () => {
  const before = ["gitlab/database"];

  assert.equal((await planOf(lost, [], before)).isThere, false);
  assert.equal((await planOf(url, [], before)).isThere, true);
  assert.equal((await planOf(lost, ["@hashed/ab/cd/abcd.git"], before)).isThere, true);
  assert.equal((await planOf("postgresql://nobody@127.0.0.1:1/gitlab", [], before)).isThere, true, "nobody can tell");
});
