import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { Tree } from "../kernel/ports.ts";
import { openGit } from "./git.ts";
import { openRevision, resolveRevision } from "./git-tree.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "revision-"));
  git("init", "-q", "-b", "main");
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function git(...args: string[]): string {
  const identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"];
  return execFileSync("git", [...identity, ...args], { cwd: dir, encoding: "utf8" }).trim();
}

function commit(files: Record<string, string | Buffer>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  git("add", "-A");
  git("commit", "-q", "--no-verify", "-m", "a change");
  return git("rev-parse", "HEAD");
}

async function contentsOf(tree: Tree): Promise<Record<string, string>> {
  const { files } = await tree.list();
  const contents = await tree.read(files);
  return Object.fromEntries(
    contents.map((content, index) => [
      files[index]?.path,
      "file" in content ? content.reason : Buffer.from(content).toString(),
    ]),
  );
}

test("a revision is read as committed, whatever the working tree holds", async () => {
  const first = commit({ "a/b.yaml": "old", "-rf": "dash", "x\ny": "newline", empty: "" });
  commit({ "a/b.yaml": "new" });
  writeFileSync(join(dir, "a/b.yaml"), "dirty");

  assert.deepEqual(await contentsOf(await openRevision(dir, first)), {
    "-rf": "dash",
    "a/b.yaml": "old",
    empty: "",
    "x\ny": "newline",
  });
  assert.equal((await contentsOf(await openRevision(dir, "main")))["a/b.yaml"], "new");
});

test("a folder of the repository has its own part of the revision, with paths of its own", async () => {
  commit({ "envs/prod/app.yaml": "p", "other.yaml": "o" });

  assert.deepEqual(await contentsOf(await openRevision(join(dir, "envs"), "HEAD")), { "prod/app.yaml": "p" });
  assert.deepEqual(await contentsOf(await openRevision(dir, "HEAD", { path: "envs/prod" })), { "app.yaml": "p" });
  await assert.rejects(openRevision(dir, "HEAD", { path: "nowhere" }), /HEAD has no folder nowhere/);
  await assert.rejects(openRevision(dir, "HEAD", { path: "../x" }), InputError);
});

test("the version of a file is its blob, the same in every commit that holds it", async () => {
  commit({ "a.yaml": "same", "b.yaml": "1" });
  const before = (await (await openRevision(dir, "HEAD")).list()).files;
  commit({ "b.yaml": "2" });
  const after = (await (await openRevision(dir, "HEAD")).list()).files;

  assert.equal(before[0]?.version, after[0]?.version);
  assert.notEqual(before[1]?.version, after[1]?.version);
});

test("links, submodules and large files are passed over with the reason", async () => {
  const id = commit({ "a.yaml": "x", large: Buffer.alloc(2_000_000) });
  symlinkSync("/etc/passwd", join(dir, "link"));
  git("update-index", "--add", "--cacheinfo", `160000,${id},module`);
  git("add", "link");
  git("commit", "-q", "-m", "links");

  const { skipped } = await (await openRevision(dir, "HEAD", { maxBytes: 1_000_000 })).list();

  assert.deepEqual(skipped, [
    { file: "large", reason: "larger than 1 MB (2.0 MB)" },
    { file: "link", reason: "a link; its target is read at its own path" },
    { file: "module", reason: "a submodule; its own repository holds its files" },
  ]);
});

test("a blob that is missing from the clone is a reason, and is not fetched", async () => {
  commit({ "a.yaml": "kept", "b.yaml": "gone" });
  const blob = git("rev-parse", "HEAD:b.yaml");
  rmSync(join(dir, ".git/objects", blob.slice(0, 2), blob.slice(2)));

  const tree = await openRevision(dir, "HEAD");

  assert.deepEqual((await tree.list()).skipped, [
    { file: "b.yaml", reason: "not in this partial clone; fetch it first" },
  ]);
  assert.deepEqual(await contentsOf(tree), { "a.yaml": "kept" });
});

test("nothing that a repository's configuration names is run", async () => {
  const trap = join(dir, "trapped");
  const command = `touch ${trap}`;
  commit({ "a.yaml": "x", ".gitattributes": "*.yaml filter=evil diff=evil\n" });
  for (const key of [
    "core.fsmonitor",
    "core.pager",
    "filter.evil.smudge",
    "filter.evil.process",
    "diff.evil.textconv",
  ]) {
    git("config", key, command);
  }
  git("config", "core.hooksPath", join(dir, "hooks"));
  git("config", "alias.ls-tree", `!${command}`);
  mkdirSync(join(dir, "hooks"));
  writeFileSync(join(dir, "hooks/post-checkout"), `#!/bin/sh\n${command}\n`, { mode: 0o755 });

  assert.deepEqual(Object.keys(await contentsOf(await openRevision(dir, "HEAD"))), [".gitattributes", "a.yaml"]);
  assert.equal(existsSync(trap), false);
});

test("a revision that is an option, a path or nothing is refused before Git sees it", async () => {
  commit({ a: "x" });

  for (const rev of ["--output=/tmp/x", "-h", "", "HEAD:a", "a\nb"]) {
    await assert.rejects(resolveRevision(dir, rev), /is no Git revision/);
  }
});

test("a revision that does not exist says how to fetch it; a folder without Git says so", async () => {
  commit({ a: "x" });
  const plain = mkdtempSync(join(tmpdir(), "plain-"));

  await assert.rejects(
    openRevision(dir, "v9"),
    (thrown) => thrown instanceof InputError && /git fetch origin v9/.test(thrown.message),
  );
  await assert.rejects(openRevision(plain, "v9"), /is in no Git repository/);
  rmSync(plain, { recursive: true });
});

test("Git's own words come back without passwords, and its environment does not leak in", async () => {
  commit({ a: "x" });
  process.env["GIT_DIR"] = "/nowhere";
  try {
    const port = openGit(dir);
    assert.equal((await port.run(["rev-parse", "--is-inside-work-tree"])).trim(), "true");
    await assert.rejects(
      port.run(["ls-remote", "https://bob:hunter2@127.0.0.1:1/x.git"]),
      (thrown) =>
        thrown instanceof SystemError &&
        !thrown.message.includes("hunter2") &&
        /transport 'https' not allowed/.test(thrown.message),
    );
  } finally {
    delete process.env["GIT_DIR"];
  }
});

test("a protocol that runs commands is refused even when others are allowed", async () => {
  const trap = join(dir, "trapped");
  const port = openGit(dir, { protocols: ["https", "file"] });

  await assert.rejects(port.run(["ls-remote", "--", `ext::sh -c touch% ${trap}`]), SystemError);
  assert.equal(existsSync(trap), false);
});

test("an answer above the limit is an error, not memory", async () => {
  commit({ a: "x".repeat(100_000) });

  await assert.rejects(openGit(dir, { maxBytes: 1000 }).run(["cat-file", "blob", "HEAD:a"]), /longer than allowed/);
});
