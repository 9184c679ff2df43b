// oxlint-disable no-restricted-imports -- tests make the repositories that an archive holds
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { formatSecretRef } from "../platform/secret-ref.ts";
import { below, follow, lacking } from "./by-hand.test-support.ts";
import { archiveOf, filesOf, layouts } from "./kinds/gitlab/archive.test-support.ts";
import { configOf, emptied, loan, pods, skip, toolbox } from "./kinds/gitlab/gitlab.test-support.ts";
import { hashed, one, world } from "./kinds/gitlab/repository.test-support.ts";
import { TestRepository } from "./own.test-support.ts";

const secret = async (ref: Parameters<typeof formatSecretRef>[0]) =>
  loan.secrets[formatSecretRef(ref) as keyof typeof loan.secrets];

for (const layout of layouts)
  test(`one repository comes by hand out of an archive of the layout ${layout}`, {
    skip: skip === false ? lacking("git", "tar") : skip,
  }, async () => {
    const { storage, at } = await world();
    await emptied();
    const repository = await TestRepository.make();
    const config = configOf(toolbox(archiveOf(filesOf(storage, hashed(one), layout))));
    await repository.backUpStore(config, { secret, cluster: async () => pods.cluster });

    const { here } = await follow(below("### One repository of GitLab's archive"), repository, "gitlab/backup", {
      PROJECT_ID: String(one),
    });

    const refs = (place: string): string =>
      execFileSync("git", ["-C", place, "for-each-ref", "--format=%(objectname) %(refname)"], { encoding: "utf8" });
    assert.equal(refs(join(here, "repository.git")), refs(at));
  });
