// oxlint-disable no-restricted-imports -- tests look at what Git made
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { archiveOf, filesOf, layouts } from "./archive.test-support.ts";
import { findArchived } from "./archived-repository.ts";
import { pods, skip } from "./gitlab.test-support.ts";
import { databaseWith, git, hashed, inPlace, one, refsOf, two, world } from "./repository.test-support.ts";
import { restore } from "./restore.ts";

/** An archive of both repositories. */
const both =
  (layout: (typeof layouts)[number] = "manifest", projectsLast = false) =>
  (storage: string): Buffer =>
    archiveOf({ ...filesOf(storage, hashed(two), layout), ...filesOf(storage, hashed(one), layout) }, { projectsLast });

for (const [layout, projectsLast] of [...layouts.map((one) => [one, false] as const), ["pointer", true] as const])
  test(`one repository comes back out of an archive of the layout ${layout}${projectsLast ? ", its projects last" : ""}`, {
    skip,
  }, async () => {
    const { storage, at, sealed, config, lent } = await world(both(layout, projectsLast));
    const [was, other] = [refsOf(at), refsOf(join(storage, hashed(two)))];
    git("-C", at, "update-ref", "refs/heads/main", git("-C", at, "commit-tree", "-m", "only here", "main^{tree}"));
    git("-C", at, "update-ref", "-d", "refs/merge-requests/1/head");
    git("-C", at, "symbolic-ref", "HEAD", "refs/heads/none");
    const before = refsOf(at);
    const restoring = restoringOf(lent);

    const plan = await restore.plan(sealed, config, inPlace, restoring);
    const { differences } = await restore.run(sealed, config, inPlace, restoring);

    assert.deepEqual([plan.refuses, differences], [[], []]);
    assert.match(
      plan.does.join("; "),
      /read through the archive \(1 MB\) .*; set the refs of team\/model-1 .*: 2 of them/,
    );
    assert.equal(refsOf(at), was);
    assert.equal(git("-C", at, "symbolic-ref", "HEAD"), "refs/heads/main");
    assert.equal(refsOf(join(storage, hashed(two))), other, "no other repository is touched");
    git("-C", at, "fsck", "--strict");
    await restore.undo?.(config, undefined, restoring);
    assert.equal(refsOf(at), before);
  });

test("a ref whose name reads like another's, which Git left out of the bundle, comes back by the list beside it", {
  skip,
}, async () => {
  for (const layout of ["pointer", "manifest"] as const) {
    const { at, sealed, config, lent } = await world((storage) => {
      git("-C", join(storage, hashed(one)), "update-ref", "refs/heads/refs/heads/main", "main~1");
      return both(layout)(storage);
    });
    const [was, place] = [refsOf(at), join(folder(), "out")];
    rmSync(at, { recursive: true });

    const plan = await restore.plan(sealed, config, inPlace, restoringOf(lent));
    const { differences } = await restore.run(sealed, config, inPlace, restoringOf(lent));
    const there = await restore.run(sealed, config, { kind: "folder", folder: place }, restoringOf(lent));

    assert.match(plan.does.join(), /for its 1 step \(/);
    assert.deepEqual([differences, there.differences], [[], []]);
    assert.match(was, /refs\/heads\/main$/m);
    assert.deepEqual([refsOf(at), refsOf(join(place, "team", "model-1.git"))], [was, was]);
    git("-C", at, "fsck", "--strict");
  }
});

test("one that is gone is made anew, by its path below the storage too, and can be cloned", { skip }, async () => {
  const { at, sealed, config, lent } = await world(both());
  const was = refsOf(at);
  rmSync(at, { recursive: true });
  const restoring = restoringOf({ ...lent, gitRepository: hashed(one) });

  const { differences } = await restore.run(sealed, config, inPlace, restoring);

  assert.deepEqual([differences, refsOf(at)], [[], was]);
  git("-C", at, "fsck", "--strict");
  git("clone", "--quiet", at, join(folder(), "clone"));
});

test("to a folder it is a repository, and nothing else of the archive is there", { skip }, async () => {
  const { at, sealed, config, lent } = await world(both("legacy"));
  const place = join(folder(), "out");

  const { differences } = await restore.run(sealed, config, { kind: "folder", folder: place }, restoringOf(lent));

  assert.deepEqual(differences, []);
  assert.equal(refsOf(join(place, "team", "model-1.git")), refsOf(at));
});

test("a fork that borrows all its objects from a pool comes back whole where the pool is gone", { skip }, async () => {
  const fork = "@hashed/ff/ff/fork.git";
  const { storage, at, sealed, config, lent } = await world((storage) => {
    const pool = join(storage, "@pools/aa/aa/pool.git");
    git("clone", "--quiet", "--bare", join(storage, hashed(one)), pool);
    git("init", "--quiet", "--bare", join(storage, fork));
    mkdirSync(join(storage, fork, "objects", "info"), { recursive: true });
    writeFileSync(join(storage, fork, "objects", "info", "alternates"), `${pool}/objects\n`);
    git("-C", join(storage, fork), "update-ref", "refs/heads/main", git("-C", pool, "rev-parse", "main"));
    return archiveOf(filesOf(storage, fork, "manifest"));
  });
  for (const name of [fork, "@pools"]) rmSync(join(storage, name), { recursive: true });

  await restore.run(sealed, config, inPlace, restoringOf({ ...lent, gitRepository: fork }));

  git("-C", join(storage, fork), "fsck", "--strict");
  assert.equal(git("-C", join(storage, fork), "rev-parse", "main"), git("-C", at, "rev-parse", "main"));
  await assert.rejects(
    restore.plan(sealed, config, inPlace, restoringOf({ ...lent, gitRepository: "@pools/aa/aa/pool.git" })),
    (thrown) => thrown instanceof InputError && /what forks share, and in no archive/.test(thrown.message),
  );
});

test("behind Praefect, and of several storages, it is refused in place and comes to a folder", { skip }, async () => {
  const cluster = (storage: string): string => join(storage, "@cluster/repositories/aa/bb/1");
  const behind = await world((storage) => {
    git("init", "--quiet", "--bare", cluster(storage));
    return both()(storage);
  });
  const several = await world((storage) =>
    archiveOf({ ...filesOf(storage, hashed(one), "manifest"), "manifests/second/@hashed/x.git/+latest.toml": "" }),
  );
  rmSync(several.at, { recursive: true });

  for (const [{ sealed, config, lent }, why] of [
    [behind, /lies behind Praefect/],
    [several, /the archive is of the storages default, second/],
  ] as const) {
    const restoring = restoringOf(lent);
    assert.match((await restore.plan(sealed, config, inPlace, restoring)).refuses.join(), why);
    await assert.rejects(restore.run(sealed, config, inPlace, restoring), why);
    const target = { kind: "folder", folder: join(folder(), "out") } as const;
    assert.deepEqual((await restore.run(sealed, config, target, restoringOf(lent))).differences, []);
  }
});

test("a bundle with a turned bit, and an archive that is damaged behind it, set no ref", { skip }, async () => {
  const { at, sealed, config, lent } = await world(both());
  git("-C", at, "update-ref", "-d", "refs/tags/v1");
  const before = refsOf(at);
  const archive = lent.stored.get("gitlab.tar") ?? Buffer.alloc(0);
  const [pack, end] = [archive.lastIndexOf("PACK") + 100, archive.lastIndexOf(":skipped:")];

  for (const [place, why] of [
    [pack, /git in gitlab\/storage-\d+ did not end well/],
    [end, /the bytes of gitlab\.tar are not those that the manifest names/],
  ] as const) {
    const turned = Buffer.from(archive);
    turned.writeUInt8(turned.readUInt8(place) ^ 1, place);
    const stored = new Map([...lent.stored, ["gitlab.tar", turned]]);
    await assert.rejects(restore.run(sealed, config, inPlace, restoringOf({ ...lent, stored })), why);
    assert.equal(refsOf(at), before);
  }
});

test("a bundle that lacks objects which its refs lead to sets no ref", { skip }, async () => {
  const { at, sealed, config, lent } = await world((storage) => {
    const at = join(storage, hashed(one));
    const commit = git("-C", at, "commit-tree", "-m", "its tree is missing", "main~1^{tree}");
    const pack = execFileSync("git", ["-C", at, "pack-objects", "--quiet", "--stdout"], { input: `${commit}\n` });
    const head = `# v2 git bundle\n${commit} refs/heads/main\n\n`;
    return archiveOf({ [`${hashed(one).replace(/\.git$/, "")}.bundle`]: Buffer.concat([Buffer.from(head), pack]) });
  });
  rmSync(at, { recursive: true });

  await assert.rejects(
    restore.run(sealed, config, inPlace, restoringOf(lent)),
    /check-objects in gitlab\/storage-\d+ did not end well \(128\): /,
  );
  assert.equal(refsOf(at), "");
});

test("an archive without repositories, and a cluster whose Gitaly nobody named, are said", { skip }, async () => {
  const left = await world(() => archiveOf({}, { skipped: "repositories" })).catch((thrown: unknown) => thrown);
  const { sealed, config, lent } = await world(both());
  const without = { ...sealed, body: { ...sealed.body, skipped: ["repositories"] } };
  const { gitaly: _, ...unnamed } = config;

  assert.match(String(left), /Git repositories is not in it, and was not to be skipped/);
  await assert.rejects(restore.plan(without, config, inPlace, restoringOf(lent)), /they were left out of it/);
  await assert.rejects(
    restore.plan(sealed, unnamed, inPlace, restoringOf(lent)),
    /where Gitaly's storage is stands nowhere/,
  );
});

async function* whole(archive: Uint8Array): AsyncGenerator<Uint8Array> {
  yield archive;
}

const bundle = `# v2 git bundle\n${"1".repeat(40)} refs/heads/main\n\nPACK`;

test("a project that by the archive's database lies outside the storage, or in a pool, is no repository", async () => {
  for (const [disk, why] of [
    ["../../outside", /no repository's name/],
    ["/etc/outside", /no repository's name/],
    ["@hashed/../../outside", /no repository's name/],
    ["@hashed/aa/./outside", /no repository's name/],
    ["@pools/aa/bb/pool", /what forks share/],
  ] as const)
    await assert.rejects(
      findArchived(
        () => whole(archiveOf({ [`${disk}.bundle`]: bundle }, { dump: databaseWith(one, disk) })),
        "team/model-1",
      ),
      (thrown) => thrown instanceof InputError && why.test(thrown.message) && thrown.message.includes(disk),
    );
});

test("a folder of many repositories is none", async () => {
  const archive = archiveOf({ [`${hashed(one).replace(/\.git$/, "")}.bundle`]: bundle });
  for (const named of ["@hashed", hashed(one).slice(0, 13), "", ".", "team//model-1"])
    await assert.rejects(
      findArchived(() => whole(archive), named),
      (thrown) => thrown instanceof InputError && /is no repository's name/.test(thrown.message),
      named,
    );
});

test("a manifest that is too long to be one is not passed over for what lies there in an older way", async () => {
  const name = hashed(one);
  const archive = archiveOf({
    [`${name.replace(/\.git$/, "")}.bundle`]: bundle,
    [`manifests/default/${name}/+latest.toml`]: "#".repeat(1_000_001),
  });

  await assert.rejects(
    findArchived(() => whole(archive), "team/model-1"),
    /it names no bundle/,
  );
});

test("HEAD stays on the branch that it names where the archive does not tell which of several it was", {
  skip,
}, async () => {
  const { at, sealed, config, lent } = await world((storage) => {
    const at = join(storage, hashed(one));
    git("-C", at, "update-ref", "refs/heads/develop", "main");
    git("-C", at, "symbolic-ref", "HEAD", "refs/heads/develop");
    return both("pointer")(storage);
  });
  const was = refsOf(at);
  git("-C", at, "update-ref", "-d", "refs/tags/v1");

  await restore.run(sealed, config, inPlace, restoringOf(lent));

  assert.equal(refsOf(at), was);
  assert.equal(git("-C", at, "symbolic-ref", "HEAD"), "refs/heads/develop");
});

test("no more of the archive is read than to its repositories' end, a piece at a time, and it is let go then", {
  skip,
}, async () => {
  const { lent } = await world(both());
  const archive = lent.stored.get("gitlab.tar") ?? Buffer.alloc(0);
  const lastOfRepositories = archive.lastIndexOf("+latest.toml");
  const read = { bytes: 0, ends: 0 };
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < archive.length; at += 4096) {
        read.bytes = at + 4096;
        yield archive.subarray(at, at + 4096);
      }
    } finally {
      read.ends += 1;
    }
  }

  const found = await findArchived(source, "team/model-1");

  assert.equal(found.name, hashed(one));
  assert.equal(read.ends, 1);
  assert.ok(read.bytes < lastOfRepositories + 3 * 4096, `${read.bytes} of ${archive.length}`);
  assert.ok(pods.commands.every(([program]) => program !== "tar"));
});
