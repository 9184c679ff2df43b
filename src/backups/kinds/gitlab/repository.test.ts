// oxlint-disable no-restricted-imports -- tests make the repositories that a pod has
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { proved } from "../taking.test-support.ts";
import { GitalyStorage } from "./gitaly-storage.ts";
import { loan, made, pods, skip } from "./gitlab.test-support.ts";
import { gitlab } from "./index.ts";
import { git, hashed, inPlace, one, refsOf, tar, two, world } from "./repository.test-support.ts";
import { restore } from "./restore.ts";

test("one repository comes back in place with all its refs, no commit goes, and it is taken back", {
  skip,
}, async () => {
  const { storage, at, sealed, config, lent } = await world();
  const [was, other] = [refsOf(at), refsOf(join(storage, hashed(two)))];
  git("-C", at, "update-ref", "refs/heads/lost", "main");
  git("-C", at, "update-ref", "-d", "refs/tags/v2");
  git("-C", at, "update-ref", "refs/heads/main", "main~1");
  git("-C", at, "symbolic-ref", "HEAD", "refs/heads/lost");
  const broken = refsOf(at);
  const lost = git("-C", at, "commit-tree", "-m", "only here", "main^{tree}");
  git("-C", at, "update-ref", "refs/heads/new", lost);
  const before = refsOf(at);
  const restoring = restoringOf(lent);

  const plan = await restore.plan(sealed, config, inPlace, restoring);
  const done = await restore.run(sealed, config, inPlace, restoring);

  assert.notEqual(broken, was);
  assert.deepEqual([plan.refuses, plan.isThere], [[], false]);
  assert.match(plan.does.join(), /set the refs of team\/model-1 .* in one transaction: 2 of them/);
  assert.match(plan.loses.join(), /refs\/heads\/new is other or not in the backup/);
  assert.deepEqual(done.differences, []);
  assert.equal(refsOf(at), was);
  assert.equal(git("-C", at, "symbolic-ref", "HEAD"), "refs/heads/main");
  git("-C", at, "gc", "--quiet", "--prune=now");
  assert.equal(git("-C", at, "cat-file", "-t", lost), "commit", "what had no name any more is kept");
  assert.equal(refsOf(join(storage, hashed(two))), other, "no other repository is touched");
  git("-C", at, "fsck", "--strict");

  assert.match(((await restore.undo?.(config, undefined, restoring)) ?? []).join(), /has its 5 refs as before/);
  assert.equal(refsOf(at), before);
  assert.equal(git("-C", at, "symbolic-ref", "HEAD"), "refs/heads/lost");
});

test("a ref whose name has become a folder of others, and the other way round, comes back and is taken back", {
  skip,
}, async () => {
  const { at, sealed, config, lent } = await world();
  const was = refsOf(at);
  git("-C", at, "update-ref", "-d", "refs/tags/v2");
  git("-C", at, "update-ref", "refs/tags/v2/rc", "main");
  git("-C", at, "update-ref", "-d", "refs/merge-requests/1/head");
  git("-C", at, "update-ref", "refs/merge-requests/1", "main");
  const before = refsOf(at);
  const restoring = restoringOf(lent);

  const done = await restore.run(sealed, config, inPlace, restoring);

  assert.deepEqual(done.differences, []);
  assert.equal(refsOf(at), was);
  await restore.undo?.(config, undefined, restoring);
  assert.equal(refsOf(at), before);
});

test("names of refs come back letter by letter, with the spaces of other scripts", { skip }, async () => {
  const names = ["a\u00a0b", "a\u00a0c", "\u7248\u672c\u3000\u4e00", "b\u2028c", "\ufeffb"].map(
    (name) => `refs/heads/${name}`,
  );
  const { at, sealed, config, lent } = await world(undefined, (storage) => {
    for (const name of names) git("-C", join(storage, hashed(one)), "update-ref", name, "main");
  });
  const was = refsOf(at);
  for (const name of names) git("-C", at, "update-ref", "-d", name);
  git("-C", at, "update-ref", "refs/heads/new\u3000one", "main");
  const before = refsOf(at);
  const restoring = restoringOf(lent);

  const { differences } = await restore.run(sealed, config, inPlace, restoring);

  assert.deepEqual([differences, refsOf(at)], [[], was]);
  await restore.undo?.(config, undefined, restoring);
  assert.equal(refsOf(at), before);
});

test("a ref whose name is not UTF-8 is refused in place, and comes to a folder as it was", { skip }, async () => {
  const { at, sealed, config, lent } = await world(undefined, (storage) => {
    const inner = join(storage, hashed(one));
    const [head, id] = [Buffer.from("create refs/heads/caf"), git("-C", inner, "rev-parse", "main")];
    const input = Buffer.concat([head, Buffer.from([0xe9]), Buffer.from(` ${id}\n`)]);
    execFileSync("git", ["-C", inner, "update-ref", "--stdin"], { input });
  });
  const listed = (place: string): string => execFileSync("git", ["-C", place, "for-each-ref"], { encoding: "latin1" });
  const [was, place] = [listed(at), join(folder(), "out")];
  rmSync(at, { recursive: true });

  const refused = await restore.plan(sealed, config, inPlace, restoringOf(lent));
  await assert.rejects(restore.run(sealed, config, inPlace, restoringOf(lent)), /is not UTF-8/);
  const { differences } = await restore.run(sealed, config, { kind: "folder", folder: place }, restoringOf(lent));

  assert.match(refused.refuses.join(), /refs\/heads\/caf.* is not UTF-8, .* bring .* to a folder/);
  assert.equal(existsSync(at), false);
  assert.deepEqual(differences, []);
  assert.equal(listed(join(place, "team", "model-1.git")), was);
});

test("a plan says of how many more refs what they point at loses its name", { skip }, async () => {
  const { at, sealed, config, lent } = await world();
  for (let index = 0; index < 23; index += 1) git("-C", at, "update-ref", `refs/heads/new-${index}`, "main");

  const { loses } = await restore.plan(sealed, config, inPlace, restoringOf(lent));

  assert.deepEqual([loses.length, loses.at(-1)], [21, "and so are 3 more refs"]);
});

test("what the refs were before is read however many they were", { skip }, async () => {
  const { at, config } = await world();
  const text = `${"1".repeat(40)} refs/heads/${"x".repeat(100)}\n`.repeat(30_000);
  writeFileSync(join(at, "book"), text);
  assert.ok(config.gitaly !== undefined);
  const storage = await GitalyStorage.open(config.gitaly, pods.cluster, new AbortController().signal);

  assert.equal(await storage.kept(hashed(one), "book"), text);
});

test("the same restore done again after a kill comes to the same, and still knows what was before", {
  skip,
}, async () => {
  const { at, sealed, config, lent } = await world();
  const was = refsOf(at);
  git("-C", at, "update-ref", "-d", "refs/tags/v1");
  const before = refsOf(at);
  const restoring = restoringOf(lent);

  await restore.run(sealed, config, inPlace, restoring);
  await restore.run(sealed, config, inPlace, restoring);
  assert.equal(refsOf(at), was);
  await restore.undo?.(config, undefined, restoring);
  assert.equal(refsOf(at), before);
});

test("a repository that is gone is made anew; its clone has what it had", { skip }, async () => {
  const { at, sealed, config, lent } = await world();
  const was = refsOf(at);
  rmSync(at, { recursive: true });

  const { differences } = await restore.run(sealed, config, inPlace, restoringOf(lent));

  assert.deepEqual(differences, []);
  assert.equal(refsOf(at), was);
  const clone = join(folder(), "clone");
  git("clone", "--quiet", at, clone);
  assert.ok(existsSync(join(clone, "weights.bin")));
});

test("to a folder it is a repository of Git's that can be cloned and pushed from", { skip }, async () => {
  const { at, sealed, config, lent } = await world();
  const place = join(folder(), "out");
  const target = { kind: "folder", folder: place } as const;

  const plan = await restore.plan(sealed, config, target, restoringOf(lent));
  const { did, differences } = await restore.run(sealed, config, target, restoringOf(lent));

  assert.deepEqual([plan.refuses, differences], [[], []]);
  assert.match(did.join(), /team\/model-1 is a repository in .*team\/model-1\.git: 4 refs/);
  assert.equal(refsOf(join(place, "team", "model-1.git")), refsOf(at));
  git("clone", "--quiet", join(place, "team", "model-1.git"), join(folder(), "clone"));
  assert.match((await restore.plan(sealed, config, target, restoringOf(lent))).refuses.join(), /is not empty/);
});

test("a cut in the middle of the bundle, and one with a turned bit, change no ref and leave no object that is half", {
  skip,
}, async () => {
  const { at, sealed, config, lent } = await world();
  git("-C", at, "update-ref", "-d", "refs/tags/v1");
  const before = refsOf(at);
  const packs = (): readonly string[] => readdirSync(join(at, "objects", "pack"));
  const there = packs();
  const damaged = new Map(
    [...lent.stored].map(([name, bytes]) => {
      const turned = Buffer.from(bytes);
      if (name.endsWith(".bundle")) turned.writeUInt8(turned.readUInt8(turned.length - 30) ^ 1, turned.length - 30);
      return [name, turned] as const;
    }),
  );

  await assert.rejects(restore.run(sealed, config, inPlace, restoringOf({ ...lent, stored: damaged })));
  assert.equal(refsOf(at), before);
  assert.deepEqual(
    packs().filter((name) => name.endsWith(".pack")),
    there.filter((name) => name.endsWith(".pack")),
  );

  const half = restoringOf(lent);
  await assert.rejects(
    restore.run(sealed, config, inPlace, {
      ...half,
      async *readPart(part) {
        for await (const chunk of half.readPart(part)) {
          if (!part.file.endsWith(".bundle")) yield chunk;
          else {
            yield chunk.subarray(0, Math.floor(chunk.length / 2));
            throw new SystemError("the repository went away", "retry");
          }
        }
      },
    }),
  );
  assert.equal(refsOf(at), before);
});

test("a repository whose ids are SHA-256 comes back as such, in place and to a folder, and is proven", {
  skip,
}, async () => {
  const name = "@hashed/dd/dd/longer.git";
  const { storage, config, sealed, lent } = await world(undefined, (storage) => {
    git("init", "--quiet", "--bare", "--object-format=sha256", join(storage, name));
    const tree = git("-C", join(storage, name), "mktree");
    const commit = git("-C", join(storage, name), "commit-tree", "-m", "one", tree);
    git("-C", join(storage, name), "update-ref", "refs/heads/main", commit);
  });
  const was = refsOf(join(storage, name));
  rmSync(join(storage, name), { recursive: true });
  const restoring = restoringOf({ ...lent, gitRepository: name });
  const place = join(folder(), "out");

  const { differences } = await restore.run(sealed, config, inPlace, restoring);
  const there = await restore.run(sealed, config, { kind: "folder", folder: place }, restoring);

  assert.deepEqual([differences, there.differences], [[], []]);
  assert.equal(refsOf(join(storage, name)), was);
  assert.equal(refsOf(join(place, name)), was);
  git("-C", join(storage, name), "fsck", "--strict");
  assert.deepEqual((await proved(gitlab, { sealed, stored: lent.stored, said: [] }, loan)).verdict, { kind: "proven" });
});

test("a name that it does not have is said, and where its repositories are", { skip }, async () => {
  const { sealed, config, lent } = await world();
  const within = await made(tar);

  for (const { sealed: one, stored } of [{ sealed, stored: lent.stored }, within])
    await assert.rejects(
      restore.plan(one, config, inPlace, restoringOf({ ...lent, stored, gitRepository: "team/other" })),
      (thrown) => thrown instanceof InputError && /has no repository team\/other/.test(thrown.message),
    );
  const told = (body: typeof sealed.body) => gitlab.facts(body).find(([label]) => label === "repositories")?.[1] ?? "";
  assert.match(told(within.sealed.body), /within the archive: .* one comes back by itself out of it/);
  assert.match(told(sealed.body), /as bundles from gitlab\/storage-/);
});
