import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { backUpRepository, makeRepositoryAnew } from "./repository-backup.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-repository-backup-"));
after(() => rmSync(folder, { recursive: true }));

const path = (name: string): string => `@hashed/aa/bb/${name}.git`;
const git = (at: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", at, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

function made(name: string): string {
  const at = join(folder, "storage", path(name));
  mkdirSync(at, { recursive: true });
  git(at, "init", "--quiet", "--bare", "-b", "main");
  return at;
}

/** Backed up, and made anew in another storage: there. */
async function backAgain(name: string): Promise<string> {
  await backUpRepository(join(folder, "storage"), path(name), join(folder, "archive"), "7");
  await makeRepositoryAnew(join(folder, "anew"), path(name), join(folder, "archive"));
  return join(folder, "anew", path(name));
}

test("a repository without refs has an empty list, no bundle, and comes back empty", async () => {
  made("empty");

  const anew = await backAgain("empty");

  const step = join(folder, "archive", "default", path("empty"), "7", "001");
  assert.equal(readFileSync(`${step}.refs`, "utf8"), "");
  assert.equal(existsSync(`${step}.bundle`), false);
  assert.equal(git(anew, "for-each-ref"), "");
});

test("its HEAD, though it names no branch that is there, and its custom hooks come back", async () => {
  const at = made("hooked");
  const tree = git(at, "hash-object", "-t", "tree", "-w", "/dev/null");
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  git(at, "update-ref", "refs/heads/main", git(at, ...who, "commit-tree", "-m", "x", tree));
  git(at, "symbolic-ref", "HEAD", "refs/heads/not-there");
  mkdirSync(join(at, "custom_hooks"));
  writeFileSync(join(at, "custom_hooks", "pre-receive"), "#!/bin/sh\n", { mode: 0o755 });

  const anew = await backAgain("hooked");

  assert.equal(git(anew, "for-each-ref"), git(at, "for-each-ref"));
  assert.equal(git(anew, "symbolic-ref", "HEAD"), "refs/heads/not-there");
  assert.equal(statSync(join(anew, "custom_hooks", "pre-receive")).mode & 0o111, 0o111);
});
