import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { archiveOf } from "./archive.test-support.ts";
import {
  begun,
  commitOn,
  cutShort,
  foreignStep,
  manifestOf,
  pointerOf,
  reversed,
  type Step,
  stepsOf,
  threeSteps,
  turned,
  withBegun,
} from "./archive-steps.test-support.ts";
import { skip } from "./gitlab.test-support.ts";
import { said } from "./prove-archived.test-support.ts";
import { git, hashed, one, world } from "./repository.test-support.ts";

const { storage } = skip === false ? await world() : { storage: "" };
const name = hashed(one);
const path = name.replace(/\.git$/, "");
const { steps } = skip === false ? threeSteps(join(storage, name)) : { steps: [] };
const [first, second, third] = steps as [Step, Step, Step];

test("steps on top of each other are opened together, wherever they lie and in whichever order they come", {
  skip,
}, async () => {
  for (const files of [pointerOf(name, steps), manifestOf(name, steps)])
    for (const laid of [files, reversed(files)]) {
      const { proven, why, unknown, notes, pointers } = await said(archiveOf(laid));

      assert.deepEqual([proven, why, unknown], [1, [], []]);
      assert.match(notes.join(), /Git opened 1 repository of the archive whole/);
      assert.equal(pointers, 1, "the pointer of LFS is met in the first step, and not again");
    }
});

test("a step that needs nothing of those before, as a branch with a history of its own, stands on them all the same", {
  skip,
}, async () => {
  const { steps: all } = stepsOf(
    join(storage, name),
    (at) => git("-C", at, "update-ref", "refs/heads/pages", git("-C", at, "commit-tree", "-m", "1", "main^{tree}")),
    (at) => git("-C", at, "update-ref", "refs/heads/main", commitOn(at, "on the first step")),
  );

  for (const files of [pointerOf(name, all), manifestOf(name, all)]) {
    const { proven, why, unknown } = await said(archiveOf(files));
    assert.deepEqual([proven, why, unknown], [1, [], []]);
  }
  assert.equal((await said(archiveOf(pointerOf(name, [turned(first), ...all.slice(1)])))).why.length, 1);
});

test("what was begun where nothing was new is no step, and nothing is said of it", { skip }, async () => {
  const files = withBegun(name, steps, ["20260101", "20260102", "20260103", "20260104"]);

  for (const laid of [files, reversed(files)]) {
    const { proven, why, unknown, notes } = await said(archiveOf(laid));
    assert.deepEqual([proven, why, unknown], [1, [], []]);
    assert.doesNotMatch(notes.join(), /nothing names them/);
  }
  const asStep = manifestOf(name, [first, begun(first), third]);
  assert.match((await said(archiveOf(asStep))).why.join(), /002\.bundle, and that is not in it: it is damaged/);
  const cut = archiveOf(files).subarray(0, -2000);
  assert.deepEqual((await said(cut)).why, [], "an archive that is not read to its end");
});

test("custom hooks that lie beside every step are those of one repository", { skip }, async () => {
  const { notes } = await said(archiveOf(pointerOf(name, steps)));

  assert.match(notes.join(), /custom hooks of 1 repository were not looked into/);
});

test("a step that is damaged, is missing or belongs to another repository fails the whole, by name", {
  skip,
}, async () => {
  const lost = { ...third, refs: `${third.refs}${"1".repeat(40)} refs/heads/lost\n` };

  for (const bad of [
    [first, turned(second), third],
    [first, cutShort(second), third],
    [first, foreignStep(), third],
    [first, second, lost],
    [cutShort(first), second, third],
  ]) {
    const { proven, why } = await said(archiveOf(pointerOf(name, bad)));
    assert.equal(proven, 0);
    assert.equal(why.length, 1, why.join("\n"));
    assert.ok(why[0]?.startsWith(`${name} does not come back from the archive: `), why[0]);
  }
  for (const file of ["002.bundle", "002.refs", "003.refs"]) {
    const { [`${path}/7/${file}`]: _, ...without } = pointerOf(name, steps);
    const { why } = await said(archiveOf(without));
    assert.match(why.join(), new RegExp(`${file}, and that is not in it: it is damaged`));
  }
});

test("the objects of another full backup of the same repository stand for none", { skip }, async () => {
  const earlier = pointerOf(name, steps, "6");
  const cut = pointerOf(name, [cutShort(first), second, third]);

  const { proven, why } = await said(archiveOf({ ...earlier, ...cut }));

  assert.deepEqual([proven, why.length], [0, 1]);
});

test("steps whose names do not tell their order are unknown", { skip }, async () => {
  const { proven, why, unknown } = await said(archiveOf(manifestOf(name, steps, ["c", "b", "a"])));

  assert.deepEqual([proven, why, unknown.length], [0, [], 1]);
  assert.match(unknown[0]?.toDo ?? "", /full backup/);
});
