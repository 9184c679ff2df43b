// oxlint-disable no-restricted-imports -- tests look at what lies in a folder
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { archiveOf, filesOf } from "./archive.test-support.ts";
import { skip, tarOf } from "./gitlab.test-support.ts";
import { git, hashed, inPlace, one, refsOf, two, world } from "./repository.test-support.ts";
import { restore } from "./restore.ts";

const hooks = tarOf({ "custom_hooks/pre-receive": "#!/bin/sh\nexit 0\n" });
const others = tarOf({ "custom_hooks/update": "#!/bin/sh\nexit 1\n" });

/** An archive of two repositories with hooks of their own. */
function withHooks(layout: "legacy" | "pointer" | "manifest", own = hooks) {
  return (storage: string): Buffer => {
    const all = [hashed(one), hashed(two)].map((name, index) => {
      const files = filesOf(storage, name, layout);
      const bundle = Object.keys(files).find((file) => file.endsWith(".bundle")) ?? "";
      const end = layout === "legacy" ? "/custom_hooks.tar" : ".custom_hooks.tar";
      return { ...files, [bundle.replace(/\.bundle$/, end)]: index === 0 ? own : others };
    });
    return archiveOf(Object.assign({}, ...all));
  };
}

for (const layout of ["legacy", "pointer", "manifest"] as const)
  test(`custom hooks of an archive of the layout ${layout} come to the folder beside their repository`, {
    skip,
  }, async () => {
    const { at, sealed, config, lent } = await world(withHooks(layout));
    const place = join(folder(), "out");
    const target = { kind: "folder", folder: place } as const;

    const plan = await restore.plan(sealed, config, target, restoringOf(lent));
    const { differences, notes } = await restore.run(sealed, config, target, restoringOf(lent));

    assert.deepEqual([plan.refuses, differences], [[], []]);
    assert.match(plan.does.join("; "), new RegExp(`lay its custom hooks beside it \\(${hooks.length} bytes\\)`));
    assert.equal(refsOf(join(place, "team", "model-1.git")), refsOf(at));
    assert.ok(readFileSync(join(place, "model-1.git.custom_hooks.tar")).equals(hooks));
    assert.match(notes.join(), /model-1\.git\.custom_hooks\.tar; .*gitaly hooks set --repository @hashed\//);
  });

test("in place they are not set, which the plan says; nothing of them comes to Gitaly", { skip }, async () => {
  const { at, sealed, config, lent } = await world(withHooks("manifest"));
  git("-C", at, "update-ref", "-d", "refs/merge-requests/1/head");

  const plan = await restore.plan(sealed, config, inPlace, restoringOf(lent));
  await restore.run(sealed, config, inPlace, restoringOf(lent));

  assert.match(plan.notes.join("; "), /custom hooks are in the archive, and stay there: .*gitaly hooks set/);
  assert.equal(existsSync(join(at, "custom_hooks")), false);
});
