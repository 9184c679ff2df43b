// oxlint-disable no-restricted-imports -- tests take objects away
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lfsObjectsOf } from "../../../../lab/stores/encrypted-rows.ts";
import type { Ended } from "../../../kernel/backup-ports.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { folder } from "../../others/prove.test-support.ts";
import type { LfsPointer } from "../../store-kind.ts";
import { proved } from "../taking.test-support.ts";
import { archiveOf, filesOf } from "./archive.test-support.ts";
import { followObjects } from "./follow-objects.ts";
import { loan, made, skip } from "./gitlab.test-support.ts";
import { gitlab } from "./index.ts";
import { pointersFor } from "./lfs-pointer.ts";
import { inPieces, ports, provingIn } from "./prove-archived.test-support.ts";
import { ArchivedRepositories } from "./prove-archived.ts";
import { hashed, one, two, world } from "./repository.test-support.ts";

const lfs = lfsObjectsOf(7, 2);
const pointer = (oid: string): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5\n`;
const byRepository = (all: readonly LfsPointer[]) =>
  all.toSorted((a, b) => `${a.repository}${a.path}`.localeCompare(`${b.repository}${b.path}`));
const oidOf = (project: number): string => lfs.find(({ projectId }) => projectId === project)?.oid ?? "";
const signal = new AbortController().signal;

/** A bare repository with these files in a commit, each commit on a branch of its own. */
function repository(...commits: readonly Readonly<Record<string, string>>[]): string {
  const at = join(folder(), "small.git");
  const git = (args: readonly string[], input = ""): void =>
    void execFileSync("git", ["--git-dir", at, ...args], { input });
  git(["init", "--quiet", "--bare"]);
  const text = commits.map((files, index) => {
    const lines = Object.entries(files).map(
      ([path, content]) => `M 644 inline ${JSON.stringify(path)}\ndata ${Buffer.byteLength(content)}\n${content}\n`,
    );
    const ref = index === 0 ? "refs/heads/main" : `refs/keep-around/${index}`;
    return `commit ${ref}\ncommitter Ada <ada@example.org> 0 +0000\ndata 0\n${lines.join("")}`;
  });
  git(["fast-import", "--quiet"], text.join(""));
  return at;
}

async function pointersIn(at: string, version = "2.39.5"): Promise<readonly (readonly [path: string, oid: string])[]> {
  const found: (readonly [string, string])[] = [];
  const see = pointersFor(({ path, oid }) => void found.push([path, oid]));
  const all = { from: "--all", env: { GIT_DIR: at }, version, ...see } as const;
  assert.equal(await followObjects(all, { ports, signal }), undefined);
  return found.toSorted(([a], [b]) => a.localeCompare(b));
}

const oidFor = (index: number): string => index.toString(16).padStart(64, "0");
const letters = (letter: string): string => letter.repeat(64);

test("pointers of every ref are found with their paths, among files of any size and name", async () => {
  const at = repository(
    {
      "a b/ö\tweights.bin": pointer(letters("a")),
      "copy/of/it.bin": pointer(letters("a")),
      "README.md": "x".repeat(200),
      empty: "",
      "large.txt": `${pointer(letters("b"))}${"# more\n".repeat(200)}`,
      "almost.txt": pointer(letters("c")).replace("sha256", "sha1"),
    },
    { "gone.bin": pointer(letters("d")) },
  );
  for (const version of ["2.30.2", "2.32.0", "3.0.1"])
    assert.deepEqual(await pointersIn(at, version), [
      ["a b/ö\tweights.bin", letters("a")],
      ["gone.bin", letters("d")],
    ]);
  assert.deepEqual(await pointersIn(repository({ empty: "" })), []);
});

test("thousands of them come through pipes that hold a part of them", async () => {
  const oids = Array.from({ length: 4000 }, (_, index) => oidFor(index));
  const files = oids.map((oid, index) => [`data/${"deep/".repeat(index % 9)}${index}.bin`, pointer(oid)] as const);
  const at = repository(Object.fromEntries(files));
  for (const version of ["2.30.2", "2.39.5"]) {
    const found = await pointersIn(at, version);
    assert.deepEqual(found.map(([, oid]) => oid).toSorted(), oids);
    assert.deepEqual(new Set(found.map(([path]) => path)), new Set(files.map(([path]) => path)));
  }
});

test("a file that is not there is refused, however large it is, and so is a folder", async () => {
  for (const path of ["a.bin", "large.txt", "deep", "tiny"])
    for (const version of ["2.30.2", "2.39.5"]) {
      const files = { "a.bin": pointer(letters("a")), "large.txt": "x".repeat(5000), "deep/b.bin": "y", tiny: "z" };
      const at = repository(files);
      const id = execFileSync("git", ["--git-dir", at, "rev-parse", `main:${path}`], { encoding: "utf8" }).trim();
      rmSync(join(at, "objects", id.slice(0, 2), id.slice(2)));
      const see = pointersFor(() => undefined);
      const refused = await followObjects({ from: "--all", env: { GIT_DIR: at }, version, ...see }, { ports, signal });
      assert.deepEqual([refused?.kind, refused?.byMachine], ["refused", false], `${path} ${refused?.why}`);
    }
});

test("an object that is not there is refused, and a Git that is killed tells nothing of it", async () => {
  const at = repository({ "a.bin": pointer(letters("a")) });
  const see = pointersFor(() => undefined);
  const input = Buffer.from(`${"1".repeat(40)}\n`);
  const env = { GIT_DIR: at };
  const version = "2.39.5";
  const missing = await followObjects({ from: "--stdin", input, env, version, ...see }, { ports, signal });
  assert.equal(missing?.byMachine, false);
  for (const word of ["rev-list", "--batch="]) {
    const start: typeof ports.programs.start = (call) =>
      ports.programs.start(
        call.args.some((arg) => arg.startsWith(word)) ? { ...call, program: "sh", args: ["-c", "kill -9 $$"] } : call,
      );
    const killing = { ports: { ...ports, programs: { ...ports.programs, start } }, signal };
    const killed = await followObjects({ from: "--all", env, version, ...see }, killing);
    assert.equal(killed?.byMachine, true, word);
  }
});

const full = (): never => {
  throw new SystemError("rows could not be kept: the disk is full", "stop");
};

test("where nobody can take a pointer its failure is told, and no Git works on", async () => {
  const files = Array.from({ length: 3000 }, (_, index) => [`${index}.bin`, pointer(oidFor(index))] as const);
  const at = repository(Object.fromEntries(files));
  const ends: Promise<Ended>[] = [];
  const start: typeof ports.programs.start = (call) => {
    const running = ports.programs.start(call);
    ends.push(running.ended);
    return running;
  };
  const lent = { ports: { ...ports, programs: { ...ports.programs, start } }, signal };

  const following = { from: "--all", env: { GIT_DIR: at }, version: "2.39.5", ...pointersFor(full) } as const;
  await assert.rejects(followObjects(following, lent), /the disk is full/);

  assert.equal((await Promise.all(ends)).length, 2);
});

test("a proof that cannot keep the pointers it finds is unknown, and says why", { skip }, async () => {
  const { sealed, lent, storage } = await world();
  const archive = await made(archiveOf(filesOf(storage, hashed(one), "manifest")));
  for (const taken of [{ sealed, stored: lent.stored, said: [] }, archive]) {
    const { verdict } = await proved(gitlab, taken, { ...loan, pointed: full });
    assert.ok(verdict.kind === "unknown", JSON.stringify(verdict));
    assert.match(verdict.why, /rows could not be kept: the disk is full/);
  }
});

test("a proof hears of the pointers of repositories in bundles of their own, by the names of their projects", {
  skip,
}, async () => {
  const { sealed, lent } = await world();
  const pointers: LfsPointer[] = [];
  const proof = await proved(
    gitlab,
    { sealed, stored: lent.stored, said: [] },
    {
      ...loan,
      pointed: (one) => void pointers.push(one),
    },
  );
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.equal(proof.counts["lfsPointers"], 2);
  assert.deepEqual(
    byRepository(pointers),
    [one, two].map((id, index) => ({ repository: `team/model-${index + 1}`, path: "weights.bin", oid: oidOf(id) })),
  );
});

test("and of those in an archive, by their paths below the storage", { skip }, async () => {
  const { storage } = await world();
  const archive = archiveOf({
    ...filesOf(storage, hashed(one), "legacy"),
    ...filesOf(storage, hashed(two), "manifest"),
  });
  const pointers: LfsPointer[] = [];
  const pointed = (found: LfsPointer): void => void pointers.push(found);
  const archived = new ArchivedRepositories({ ...provingIn(folder()), pointed });
  for await (const _ of archived.pass(inPieces(archive)));
  await archived.close();
  assert.deepEqual(
    byRepository(pointers),
    byRepository([one, two].map((id) => ({ repository: hashed(id), path: "weights.bin", oid: oidOf(id) }))),
  );
  const proof = await proved(gitlab, await made(archive), loan);
  assert.equal(proof.counts["lfsPointers"], 2);
});
