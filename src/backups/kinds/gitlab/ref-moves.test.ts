// oxlint-disable no-restricted-imports -- the test holds it against Git itself
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { gitEnvironment } from "../../../../lab/repository/git.ts";
import { folder } from "../../others/prove.test-support.ts";
import { keepAround, refMoves } from "./ref-moves.ts";

const env = gitEnvironment({ name: "Ada", email: "ada@example.org", at: "2026-11-20T09:00:00Z" });
const place = join(folder(), "a.git");
const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { env, encoding: "utf8", input: "", stdio: ["pipe", "pipe", "ignore"] }).trim();
git("init", "--quiet", "--bare", place);
const tree = git("-C", place, "mktree");
const commits = ["one", "two", "three"].map((words) => git("-C", place, "commit-tree", "-m", words, tree));
const [one = "", two = "", three = ""] = commits;

const refsNow = (): ReadonlyMap<string, string> =>
  new Map(
    git("-C", place, "for-each-ref", "--format=%(refname) %(objectname)")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split(" ") as [string, string]),
  );

const byName = (refs: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...refs].toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** What Git says of a transaction; empty: nothing. */
function transact(lines: readonly string[]): string {
  const input = ["start", ...lines, "prepare", "commit", ""].join("\n");
  return spawnSync("git", ["-C", place, "update-ref", "--stdin"], { env, encoding: "utf8", input }).stderr;
}

function begin(refs: ReadonlyMap<string, string>): void {
  for (const [name, id] of refsNow()) transact([`delete ${name} ${id}`]);
  for (const [name, id] of refs) assert.equal(transact([`create ${name} ${id}`]), "", name);
}

test("Git makes no ref in the transaction in which goes what is in its way, in either order", () => {
  begin(new Map([["refs/heads/a", one]]));
  assert.match(transact([`delete refs/heads/a ${one}`, `create refs/heads/a/b ${one}`]), /refs\/heads\/a/);
  assert.match(transact([`create refs/heads/a/b ${one}`, `delete refs/heads/a ${one}`]), /refs\/heads\/a/);
  assert.deepEqual([...refsNow().keys()], ["refs/heads/a"]);
});

test("one transaction does where no ref is in the way of another, two where one is", () => {
  const now = new Map([["refs/heads/a", one]]);
  assert.equal(refMoves(now, new Map([["refs/heads/b", one]]), []).length, 1);
  assert.equal(refMoves(now, new Map([["refs/heads/a/b", one]]), []).length, 2);
  assert.deepEqual(refMoves(now, now, []), []);
});

test("a commit that is to be kept anyway is not named twice in one transaction", () => {
  const now = new Map([["refs/heads/a", one]]);
  const wanted = new Map([
    ["refs/heads/a", two],
    [`${keepAround}${one}`, one],
  ]);
  begin(now);

  for (const lines of refMoves(now, wanted, [one])) assert.equal(transact(lines), "");

  assert.deepEqual(refsNow(), byName(wanted));
});

const names = ["a", "a/b", "a/b/c", "b", "b/a", "c"].map((name) => `refs/heads/${name}`);
const someRefs = fc
  .dictionary(fc.constantFrom(...names), fc.constantFrom(one, two, three), { maxKeys: 4 })
  .map(
    (record) =>
      new Map(
        Object.entries(record).filter(
          ([name]) => !names.some((at) => Object.hasOwn(record, at) && name.startsWith(`${at}/`)),
        ),
      ),
  );

test("from any refs to any others, killed between two transactions and done again, and every commit that lost its name is kept", () => {
  fc.assert(
    fc.property(someRefs, someRefs, fc.boolean(), (before, wanted, isKilled) => {
      begin(before);
      const [first, ...others] = refMoves(before, wanted, []);
      if (first !== undefined) assert.equal(transact(first), "");
      if (isKilled) for (const lines of refMoves(refsNow(), wanted, [])) assert.equal(transact(lines), "");
      else for (const lines of others) assert.equal(transact(lines), "");

      const now = refsNow();
      const named = [...now].filter(([name]) => !name.startsWith(keepAround));
      assert.deepEqual(new Map(named), byName(wanted));
      const kept = new Set(now.values());
      for (const [name, id] of before) assert.ok(kept.has(id), `${name} ${id} has no name any more`);
    }),
    { numRuns: 25 },
  );
});
