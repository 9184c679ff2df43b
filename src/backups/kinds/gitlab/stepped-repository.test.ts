// oxlint-disable no-restricted-imports -- tests look at what Git made
import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { archiveOf, type Files, filesOf } from "./archive.test-support.ts";
import {
  commitOn,
  manifestOf,
  pointerOf,
  reversed,
  type Step,
  type Stepped,
  stepsOf,
  threeSteps,
  withBegun,
} from "./archive-steps.test-support.ts";
import { findArchived } from "./archived-repository.ts";
import { skip } from "./gitlab.test-support.ts";
import { git, hashed, inPlace, one, refsOf, two, world } from "./repository.test-support.ts";
import { restore } from "./restore.ts";

const name = hashed(one);
const ids = ["20260101", "20260102", "20260103"];

/** An archive of two repositories, one of them in steps, and what that was at the last of them. */
async function inSteps(
  lay: (steps: readonly Step[], head: string) => Files,
  made: (storage: string) => Stepped = (storage) => threeSteps(join(storage, name)),
) {
  const last: Stepped[] = [];
  const there = await world((storage) => {
    const stepped = made(storage);
    last.push(stepped);
    return archiveOf({ ...filesOf(storage, hashed(two), "manifest"), ...lay(stepped.steps, stepped.head) });
  });
  const [stepped] = last;
  assert.ok(stepped !== undefined);
  return { ...there, stepped };
}

const byManifest = (steps: readonly Step[], head: string): Files => manifestOf(name, steps, ids, head);
const byPointer = (steps: readonly Step[]): Files => pointerOf(name, steps);

for (const [layout, lay] of [
  ["manifest", byManifest],
  ["pointer", byPointer],
  [
    "manifest, with one begun where nothing was new",
    (steps: readonly Step[]) => withBegun(name, steps, ["1", "2", "3", "4"]),
  ],
  ["manifest, the last step first", (...all: [readonly Step[], string]) => reversed(byManifest(...all))],
] as const)
  test(`one repository in steps comes back in place with the refs of the last one: ${layout}`, { skip }, async () => {
    const { storage, at, sealed, config, lent, stepped } = await inSteps(lay);
    const other = refsOf(join(storage, hashed(two)));
    const lost = commitOn(at, "only here");
    git("-C", at, "update-ref", "refs/heads/gone", lost);
    git("-C", at, "update-ref", "refs/heads/main", "main~1");
    const before = refsOf(at);
    const restoring = restoringOf(lent);

    const plan = await restore.plan(sealed, config, inPlace, restoring);
    const { differences } = await restore.run(sealed, config, inPlace, restoring);

    assert.deepEqual([plan.refuses, differences], [[], []]);
    assert.match(
      plan.does.join("; "),
      /for its 3 steps \(\d+ bytes\), and have Git make one bundle of that in the scratch folder/,
    );
    assert.match(plan.loses.join(), /refs\/heads\/gone is other or not in the backup/);
    assert.equal(refsOf(at), stepped.refs);
    assert.doesNotMatch(refsOf(at), /refs\/heads\/gone/);
    assert.equal(git("-C", at, "symbolic-ref", "HEAD"), "refs/heads/new");
    assert.equal(git("-C", at, "rev-parse", "old"), git("-C", at, "rev-parse", "v1"), "it was set back");
    assert.equal(refsOf(join(storage, hashed(two))), other, "no other repository is touched");
    assert.deepEqual(readdirSync(restoring.scratch), []);
    git("-C", at, "gc", "--quiet", "--prune=now");
    git("-C", at, "fsck", "--strict");
    assert.equal(git("-C", at, "cat-file", "-t", lost), "commit");
    await restore.undo?.(config, undefined, restoring);
    assert.equal(refsOf(at), before);
  });

test("one that is gone is made anew, without what went between the steps, and can be cloned", { skip }, async () => {
  const { at, sealed, config, lent, stepped } = await inSteps(byManifest);
  rmSync(at, { recursive: true });

  const { differences } = await restore.run(sealed, config, inPlace, restoringOf(lent));

  assert.deepEqual([differences, refsOf(at)], [[], stepped.refs]);
  assert.equal(git("-C", at, "symbolic-ref", "HEAD"), "refs/heads/new");
  git("-C", at, "fsck", "--strict");
  git("clone", "--quiet", at, join(folder(), "clone"));
  assert.doesNotMatch(git("-C", at, "log", "--all", "--format=%s"), /gone soon/);
});

test("to a folder it is a repository, and beside it lies one bundle that is whole", { skip }, async () => {
  const { sealed, config, lent, stepped } = await inSteps(byPointer);
  const place = join(folder(), "out");
  const target = { kind: "folder", folder: place } as const;
  const restoring = restoringOf(lent);

  const plan = await restore.plan(sealed, config, target, restoring);
  const { differences } = await restore.run(sealed, config, target, restoring);

  assert.deepEqual([plan.refuses, differences], [[], []]);
  const into = join(place, "team", "model-1.git");
  assert.equal(refsOf(into), stepped.refs);
  assert.equal(git("-C", into, "symbolic-ref", "HEAD"), "refs/heads/new");
  const mirror = join(folder(), "mirror.git");
  git("clone", "--quiet", "--mirror", join(place, "model-1.git.bundle"), mirror);
  assert.equal(refsOf(mirror), stepped.refs);
  assert.deepEqual(readdirSync(restoring.scratch), []);
});

test("ids in SHA-256 come back as such, in place and to a folder", { skip }, async () => {
  const long = "@hashed/dd/dd/longer.git";
  const { storage, sealed, config, lent, stepped } = await inSteps(
    (steps, head) => manifestOf(long, steps, ids, head),
    (storage) => {
      const at = join(storage, long);
      git("init", "--quiet", "--bare", "-b", "main", "--object-format=sha256", at);
      git("-C", at, "update-ref", "refs/heads/main", git("-C", at, "commit-tree", "-m", "1", git("-C", at, "mktree")));
      return stepsOf(at, (at) => git("-C", at, "update-ref", "refs/heads/main", commitOn(at, "2")));
    },
  );
  const at = join(storage, long);
  rmSync(at, { recursive: true });
  const [restoring, place] = [restoringOf({ ...lent, gitRepository: long }), join(folder(), "out")];

  const { differences } = await restore.run(sealed, config, inPlace, restoring);
  const there = await restore.run(sealed, config, { kind: "folder", folder: place }, restoring);

  assert.deepEqual([differences, there.differences], [[], []]);
  assert.deepEqual([refsOf(at), refsOf(join(place, long))], [stepped.refs, stepped.refs]);
  git("-C", at, "fsck", "--strict");
});

test("a branch with a history of its own between two steps comes back with both", { skip }, async () => {
  const { at, sealed, config, lent, stepped } = await inSteps(byManifest, (storage) =>
    stepsOf(
      join(storage, name),
      (at) => git("-C", at, "update-ref", "refs/heads/pages", git("-C", at, "commit-tree", "-m", "1", "main^{tree}")),
      (at) => git("-C", at, "update-ref", "refs/heads/main", commitOn(at, "on the first step")),
    ),
  );
  rmSync(at, { recursive: true });

  const { differences } = await restore.run(sealed, config, inPlace, restoringOf(lent));

  assert.deepEqual([differences, refsOf(at)], [[], stepped.refs]);
  git("-C", at, "fsck", "--strict");
});

test("one that was empty at first or in between comes back as at last, and one that was at last is refused", {
  skip,
}, async () => {
  const none: Step = { bundle: Buffer.alloc(0), refs: "" };
  const whole = (storage: string): Stepped => stepsOf(join(storage, name));
  for (const around of [(step: Step) => [none, step], (step: Step) => [step, none, step]]) {
    const { at, sealed, config, lent, stepped } = await inSteps(
      (all) => manifestOf(name, all.slice(0, 1).flatMap(around), ids),
      whole,
    );
    rmSync(at, { recursive: true });
    await restore.run(sealed, config, inPlace, restoringOf(lent));
    assert.equal(refsOf(at), stepped.refs);
  }
  const { sealed, config, lent } = await inSteps((all) => manifestOf(name, [...all, none], ids), whole);

  await assert.rejects(
    restore.plan(sealed, config, inPlace, restoringOf(lent)),
    (thrown) => thrown instanceof InputError && /was empty: there is nothing to bring back/.test(thrown.message),
  );
});

test("a wiki in steps comes back by its path below the storage", { skip }, async () => {
  const wiki = name.replace(/\.git$/, ".wiki.git");
  const { storage, sealed, config, lent, stepped } = await inSteps((steps, head) => manifestOf(wiki, steps, ids, head));

  await restore.run(sealed, config, inPlace, restoringOf({ ...lent, gitRepository: wiki }));

  assert.equal(refsOf(join(storage, wiki)), stepped.refs);
  assert.equal(existsSync(join(storage, name, "refs", "heads", "new")), false);
});

test("a last list that is too long to be kept on the way is read once more", { skip }, async () => {
  const { stepped } = await inSteps(byPointer);
  const [first, second] = stepped.steps;
  assert.ok(first !== undefined && second !== undefined);
  const [id = ""] = second.refs.split(" ");
  const many = Array.from({ length: 100_000 }, (_, index) => `${id} refs/heads/${String(index).padStart(50, "0")}\n`);
  const refs = many.join("");
  const archive = archiveOf(
    pointerOf(name, [
      { ...first, refs },
      { ...second, refs },
    ]),
  );
  let opened = 0;

  const found = await findArchived(async function* open() {
    opened += 1;
    yield archive;
  }, name);

  assert.deepEqual([opened, found.refs.size], [2, 100_000]);
});
