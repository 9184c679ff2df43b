// oxlint-disable no-restricted-imports -- tests make what Git makes
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../../others/prove.test-support.ts";
import { archiveOf, type Files } from "./archive.test-support.ts";
import { skip } from "./gitlab.test-support.ts";
import { said } from "./prove-archived.test-support.ts";
import { git, hashed, one, world } from "./repository.test-support.ts";

/* Incremental backups: a bundle of all, and bundles of what is new since on top of it, as gitaly-backup makes them. */

const { storage } = skip === false ? await world() : { storage: "" };
const name = hashed(one);
const path = name.replace(/\.git$/, "");

interface Step {
  readonly bundle: Buffer;
  readonly refs: string;
}

/** What gitaly-backup asks Git for (gitaly internal/backup/backup.go @v16.11.8): all refs, without what the list before names. */
function stepOf(at: string, before?: Step): Step {
  const file = join(folder(), "step.bundle");
  const without = (before?.refs ?? "").split("\n").flatMap((line) => (line === "" ? [] : [`^${line.split(" ")[0]}`]));
  git("-C", at, "bundle", "create", "--quiet", file, "--all", ...without);
  const refs = execFileSync("git", ["-C", at, "show-ref", "--head"], { encoding: "utf8" });
  return { bundle: readFileSync(file), refs };
}

/** Three steps of a repository to which was pushed, of which a branch was deleted and one set back. */
function threeSteps(): readonly [Step, Step, Step] {
  const at = join(folder(), "pushed.git");
  cpSync(join(storage, name), at, { recursive: true });
  const commit = (words: string): string => git("-C", at, "commit-tree", "-m", words, "-p", "main", "main^{tree}");
  git("-C", at, "update-ref", "refs/heads/old", "main~1");
  git("-C", at, "update-ref", "refs/heads/gone", commit("gone soon"));
  const first = stepOf(at);
  git("-C", at, "update-ref", "refs/heads/main", commit("second"));
  git("-C", at, "update-ref", "-d", "refs/heads/gone");
  const second = stepOf(at, first);
  git("-C", at, "update-ref", "refs/heads/old", "refs/tags/v1");
  git("-C", at, "update-ref", "refs/heads/new", commit("third"));
  const third = stepOf(at, second);
  rmSync(at, { recursive: true });
  return [first, second, third];
}

const steps = skip === false ? threeSteps() : undefined;

/** All below one id. */
function pointerOf([first, second, third]: readonly Step[] = steps ?? [], id = "7"): Files {
  const of = (number: string, step: Step | undefined): Files =>
    step === undefined
      ? {}
      : {
          [`${path}/${id}/${number}.bundle`]: step.bundle,
          [`${path}/${id}/${number}.refs`]: step.refs,
          [`${path}/${id}/${number}.custom_hooks.tar`]: "hooks",
        };
  return {
    [`${path}/LATEST`]: id,
    [`${path}/${id}/LATEST`]: third === undefined ? "002" : "003",
    ...of("001", first),
    ...of("002", second),
    ...of("003", third),
  };
}

/** Each step below an id of its own. */
function manifestOf(ids: readonly string[]): Files {
  const places = ids.map((id, index) => `default/${name}/${id}/00${index + 1}`);
  const toml = places.map((place) => `[[steps]]\nbundle_path = '${place}.bundle'\nref_path = '${place}.refs'\n`);
  const files = places.flatMap((place, index) => [
    [`${place}.bundle`, steps?.[index]?.bundle ?? ""] as const,
    [`${place}.refs`, steps?.[index]?.refs ?? ""] as const,
  ]);
  return { ...Object.fromEntries(files), [`manifests/default/${name}/+latest.toml`]: toml.join("\n") };
}

const reversed = (files: Files): Files => Object.fromEntries(Object.entries(files).toReversed());

test("steps on top of each other are opened together, wherever they lie and in whichever order they come", {
  skip,
}, async () => {
  for (const files of [pointerOf(), manifestOf(["20260101", "20260102", "20260103"])])
    for (const laid of [files, reversed(files)]) {
      const { proven, why, unknown, notes, pointers } = await said(archiveOf(laid));

      assert.deepEqual([proven, why, unknown], [1, [], []]);
      assert.match(notes.join(), /Git opened 1 repository of the archive whole/);
      assert.equal(pointers, 1, "the pointer of LFS is met in the first step, and not again");
    }
});

test("custom hooks that lie beside every step are those of one repository", { skip }, async () => {
  assert.match((await said(archiveOf(pointerOf()))).notes.join(), /custom hooks of 1 repository were not looked into/);
});

test("a step that is damaged, is missing or belongs to another repository fails the whole, by name", {
  skip,
}, async () => {
  const [first, second, third] = threeSteps();
  const turned = Buffer.from(second.bundle);
  turned.writeUInt8(turned.readUInt8(turned.length - 30) ^ 1, turned.length - 30);
  const elsewhere = join(folder(), "elsewhere.git");
  git("init", "--quiet", "--bare", elsewhere);
  const tree = git("-C", elsewhere, "hash-object", "-t", "tree", "-w", "/dev/null");
  git("-C", elsewhere, "update-ref", "refs/heads/main", git("-C", elsewhere, "commit-tree", "-m", "1", tree));
  const before = stepOf(elsewhere);
  git(
    "-C",
    elsewhere,
    "update-ref",
    "refs/heads/main",
    git("-C", elsewhere, "commit-tree", "-m", "2", "-p", "main", tree),
  );
  const foreign = stepOf(elsewhere, before);
  const lost = { ...third, refs: `${third.refs}${"1".repeat(40)} refs/heads/lost\n` };

  for (const bad of [
    [first, { ...second, bundle: turned }, third],
    [first, { ...second, bundle: second.bundle.subarray(0, -25) }, third],
    [first, foreign, third],
    [first, second, lost],
    [{ ...first, bundle: first.bundle.subarray(0, -25) }, second, third],
  ]) {
    const { proven, why } = await said(archiveOf(pointerOf(bad)));
    assert.equal(proven, 0);
    assert.equal(why.length, 1, why.join("\n"));
    assert.ok(why[0]?.startsWith(`${name} does not come back from the archive: `), why[0]);
  }
  const { [`${path}/7/002.bundle`]: _, ...without } = pointerOf();
  assert.match((await said(archiveOf(without))).why.join(), /002\.bundle, and that is not in it: it is damaged/);
});

test("the objects of another full backup of the same repository stand for none", { skip }, async () => {
  const [first, second, third] = threeSteps();
  const earlier = pointerOf([first, second, third], "6");
  const cut = pointerOf([{ ...first, bundle: first.bundle.subarray(0, -25) }, second, third]);

  const { proven, why } = await said(archiveOf({ ...earlier, ...cut }));

  assert.deepEqual([proven, why.length], [0, 1]);
});

test("steps whose names do not tell their order are unknown", { skip }, async () => {
  const { proven, why, unknown } = await said(archiveOf(manifestOf(["c", "b", "a"])));

  assert.deepEqual([proven, why, unknown.length], [0, [], 1]);
  assert.match(unknown[0]?.toDo ?? "", /full backup/);
});
