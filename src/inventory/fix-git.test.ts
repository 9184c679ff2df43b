import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { openGit } from "../edge/git.ts";
import { InputError } from "../kernel/errors.ts";
import type { Component } from "../platform/pin.ts";
import { planFixes } from "./fix.ts";
import { commitsFor, type FixCommit } from "./fix-commits.ts";
import { fixFiles } from "./fix-files.ts";
import { commitInWorktree, commitOnBranch } from "./fix-git.ts";
import { readers } from "./readers/index.ts";
import { repositoryOf } from "./readers/pins.test-support.ts";

const files = {
  "deploy/compose.é.yaml": "services:\r\n  a:\r\n    image: org/a:1.0.0 # keep\r\n  b:\r\n    image: org/b:1.0.0\r\n",
  "deploy/compose.run.yaml": "services:\n  a:\n    image: org/a:1.0.0\n",
  "other.txt": "x\n",
};

interface Sandbox {
  readonly dir: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (file: string, text: string) => void;
  readonly read: (file: string) => string;
}

function repository(context: TestContext): Sandbox {
  const dir = mkdtempSync(join(tmpdir(), "millwright-fix-"));
  context.after(() => rmSync(dir, { recursive: true, force: true }));
  const git = (...args: readonly string[]): string => execFileSync("git", args, { cwd: dir, encoding: "utf8" });
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  };
  git("init", "--quiet", "-b", "main");
  git("config", "user.name", "Test");
  git("config", "user.email", "test@example.org");
  git("config", "core.quotePath", "false");
  for (const [file, text] of Object.entries(files)) write(file, text);
  git("add", ".");
  git("update-index", "--chmod=+x", "deploy/compose.run.yaml");
  git("commit", "--quiet", "-m", "start");
  git("reset", "--quiet", "--hard");
  return { dir, git, write, read: (file) => readFileSync(join(dir, file), "utf8") };
}

/** Two components: `a` in two files, `b` in one that `a` is in too. File names are relative to `prefix`. */
async function commits(prefix = "", version = "1.1.0"): Promise<readonly FixCommit[]> {
  const seen = Object.fromEntries(
    Object.entries(files).flatMap(([file, text]) =>
      file.startsWith(prefix) ? [[file.slice(prefix.length), text]] : [],
    ),
  );
  const { pins } = await repositoryOf(seen, readers);
  const plan = planFixes(pins, pins, { to: { version } });
  const contents = new Map(Object.entries(seen).map(([file, text]) => [file, new TextEncoder().encode(text)]));
  const component = (name: string): Component => ({
    name,
    system: null,
    environment: name === "a" ? "production" : null,
    namespace: null,
    version: null,
    pins: pins.filter((pin) => pin.name === `org/${name}`).map(({ id }) => id),
  });
  return commitsFor(fixFiles(plan.edits, contents).files, [component("a"), component("b")]);
}

test("a commit for each component says what moved and why, and holds what came before it", async () => {
  const [first, second, ...more] = await commits();
  assert.deepEqual(more, []);
  assert.equal(
    first?.message,
    "Pin a (production) to 1.1.0\n\n- deploy/compose.run.yaml:3 image org/a: 1.0.0 -> 1.1.0 (as asked with --to)\n- deploy/compose.é.yaml:3 image org/a: 1.0.0 -> 1.1.0 (as asked with --to)\n",
  );
  assert.equal(second?.subject, "b");
  const shared = second?.files.map(({ after }) => Buffer.from(after).toString());
  assert.deepEqual(shared, [files["deploy/compose.é.yaml"].replaceAll("1.0.0", "1.1.0")]);
});

test("a branch gets the commits while working tree, index and HEAD stay as they are", async (context) => {
  const { dir, git, write, read } = repository(context);
  write("other.txt", "changed\n");
  git("add", "other.txt");
  write("new.txt", "new\n");
  const before = [git("status", "--porcelain"), git("rev-parse", "HEAD"), git("ls-files", "--stage")];
  const made = await commitOnBranch(openGit(dir), await commits(), {
    branch: "fix/pins",
    base: "HEAD",
    indexFile: join(dir, ".git/fix-index"),
  });
  assert.equal(made.commits.length, 2);
  assert.deepEqual([git("status", "--porcelain"), git("rev-parse", "HEAD"), git("ls-files", "--stage")], before);
  assert.equal(read("deploy/compose.é.yaml"), files["deploy/compose.é.yaml"]);
  assert.equal(
    git("show", "fix/pins:deploy/compose.é.yaml"),
    files["deploy/compose.é.yaml"].replaceAll("1.0.0", "1.1.0"),
  );
  assert.equal(git("log", "--format=%s", "main..fix/pins"), "Pin b to 1.1.0\nPin a (production) to 1.1.0\n");
  assert.equal(git("diff", "--name-only", "main", "fix/pins"), "deploy/compose.run.yaml\ndeploy/compose.é.yaml\n");
  assert.match(git("ls-tree", "fix/pins", "deploy/compose.run.yaml"), /^100755 /);
});

test("the same branch asked for again is left alone, one with other content is refused", async (context) => {
  const { dir, git } = repository(context);
  const options = { branch: "fix", base: "HEAD", indexFile: join(dir, ".git/fix-index") };
  await commitOnBranch(openGit(dir), await commits(), options);
  const tip = git("rev-parse", "fix");
  assert.deepEqual((await commitOnBranch(openGit(dir), await commits(), options)).commits, []);
  await assert.rejects(commitOnBranch(openGit(dir), await commits("", "1.2.0"), options), /holds something else/);
  assert.equal(git("rev-parse", "fix"), tip);
});

test("a folder inside the repository is fixed under its own path", async (context) => {
  const { dir, git } = repository(context);
  const options = { branch: "fix", base: "main", indexFile: join(dir, ".git/fix-index") };
  await commitOnBranch(openGit(join(dir, "deploy")), await commits("deploy/"), options);
  assert.equal(git("diff", "--name-only", "main", "fix"), "deploy/compose.run.yaml\ndeploy/compose.é.yaml\n");
});

test("a file that differs from the base, or is not in it, is refused and no branch is made", async (context) => {
  const { dir, git, write } = repository(context);
  write("deploy/compose.run.yaml", "services:\n  a:\n    image: org/a:0.9.0\n");
  git("commit", "--quiet", "-am", "other");
  const options = { branch: "fix", base: "HEAD", indexFile: join(dir, ".git/fix-index") };
  await assert.rejects(
    commitOnBranch(openGit(dir), await commits(), options),
    (error) => error instanceof InputError && /compose\.run\.yaml differs from/.test(error.message),
  );
  git("rm", "--quiet", "deploy/compose.run.yaml");
  git("commit", "--quiet", "-m", "gone");
  await assert.rejects(commitOnBranch(openGit(dir), await commits(), options), /compose\.run\.yaml is not in/);
  assert.equal(git("branch", "--list", "fix"), "");
});

test("a name that Git does not allow is refused", async (context) => {
  const { dir } = repository(context);
  for (const branch of ["", "a..b", "x y", "a.lock"]) {
    const options = { branch, base: "HEAD", indexFile: join(dir, ".git/fix-index") };
    await assert.rejects(commitOnBranch(openGit(dir), await commits(), options), InputError);
  }
});

test("commits in the working tree take only the fixed files, and a second run has nothing to do", async (context) => {
  const { dir, git, write, read } = repository(context);
  write("other.txt", "changed\n");
  git("add", "other.txt");
  const put = async (file: string, bytes: Uint8Array): Promise<void> => writeFileSync(join(dir, file), bytes);
  const made = await commitInWorktree(openGit(dir), await commits(), put);
  assert.equal(made.length, 2);
  assert.equal(git("status", "--porcelain"), "M  other.txt\n");
  assert.equal(read("deploy/compose.é.yaml"), files["deploy/compose.é.yaml"].replaceAll("1.0.0", "1.1.0"));
  assert.deepEqual(await commitInWorktree(openGit(dir), [], put), []);
});

test("a file with changes of its own is refused before anything is written", async (context) => {
  const { dir, git, write, read } = repository(context);
  write("deploy/compose.run.yaml", `${files["deploy/compose.run.yaml"]}# mine\n`);
  const head = git("rev-parse", "HEAD");
  const put = async (): Promise<void> => assert.fail("nothing may be written");
  await assert.rejects(
    commitInWorktree(openGit(dir), await commits(), put),
    /not committed: deploy\/compose\.run\.yaml/,
  );
  assert.equal(git("rev-parse", "HEAD"), head);
  assert.equal(read("deploy/compose.é.yaml"), files["deploy/compose.é.yaml"]);
});
