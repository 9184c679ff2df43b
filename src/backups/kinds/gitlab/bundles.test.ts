// oxlint-disable no-restricted-imports -- tests make the repositories that a pod has
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { lfsObjectsOf } from "../../../../lab/stores/encrypted-rows.ts";
import { fillRepositories } from "../../../../lab/stores/repositories.ts";
import { SystemError } from "../../../kernel/errors.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import { formatSecretRef } from "../../../platform/secret-ref.ts";
import { folder } from "../../others/prove.test-support.ts";
import { TestRepository } from "../../own.test-support.ts";
import { partOf } from "../part-of.ts";
import { proved } from "../taking.test-support.ts";
import { GitlabBody, Repository } from "./body.ts";
import { plainDump } from "./dump.test-support.ts";
import { configOf, emptied, loan, made, pods, skip, tarOf, toolbox, whole } from "./gitlab.test-support.ts";
import { gitlab } from "./index.ts";

const {
  "./repositories/default/@hashed/ab/cd/x.git/1/001.bundle": _,
  "./repositories/manifests/default/@hashed/ab/cd/x.git/+latest.toml": __,
  ...without
} = whole;
const files = { ...without, "./repositories/manifests/default/x.toml": "x" };
const tar = tarOf(files);
/** The same with another database. */
const tarWith = (dump: string): Buffer => tarOf({ ...files, "./db/database.sql.gz": gzipSync(dump) });
let number = 0;

/** A pod with Gitaly's storage: two repositories, an empty one, and a pool. */
async function gitaly(): Promise<{ readonly storage: string; readonly more: Partial<GitlabStore> }> {
  number += 1;
  const storage = join(folder(), "repositories");
  await fillRepositories(storage, lfsObjectsOf(7, 2), new Date("2026-11-20T01:00:00Z"));
  git("init", "--quiet", "--bare", join(storage, "@hashed/ee/ee/empty.git"));
  git("init", "--quiet", "--bare", join(storage, "@pools/aa/aa/pool.git"));
  const name = `gitaly-${number}`;
  pods.add(name, { namespace: "gitlab" });
  const pod = { namespace: "gitlab", labels: `app=${name}` };
  return { storage, more: { bundles: true, gitaly: { pod, path: storage, git: ["git"] } } };
}

function git(...args: readonly string[]): string {
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function repositoriesIn(storage: string): readonly string[] {
  return readdirSync(storage, { recursive: true, encoding: "utf8" }).filter((name) => /@hashed.*\.git$/.test(name));
}

function listed(stored: ReadonlyMap<string, Buffer>): readonly Repository[] {
  const lines = stored.get("repositories.jsonl")?.toString().trim().split("\n") ?? [];
  return lines.map((line) => Repository.parse(JSON.parse(line)));
}

test("each repository is a bundle of its own, comes back with all its refs, and can be cloned alone", {
  skip,
}, async () => {
  const { storage, more } = await gitaly();
  const full = repositoriesIn(storage).filter((name) => !name.includes("empty"));
  git("-C", join(storage, full[0] ?? ""), "update-ref", "refs/keep-around/x", "refs/heads/main");

  const backup = await made(tar, {}, more);
  const proof = await proved(gitlab, backup, loan);

  const { count, copied, empty, gone, moved } = backup.sealed.body.repositories ?? {};
  assert.deepEqual([count, copied, empty, gone, moved], [3, 2, 1, 0, 0]);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.equal(proof.counts["repositories"], 3);
  const one = listed(backup.stored).find(({ name }) => name === full[0]);
  assert.deepEqual([one?.refs, one?.head], [3, "refs/heads/main"]);
  const alone = join(folder(), "alone");
  writeFileSync(`${alone}.bundle`, backup.stored.get(one?.bundle?.file ?? "") ?? "");
  git("clone", "--quiet", `${alone}.bundle`, alone);
  assert.equal(git("-C", alone, "rev-parse", "v1"), git("-C", join(storage, full[0] ?? ""), "rev-parse", "main"));
});

test("a ref whose name reads like another's, which Git leaves out of bundles, is backed up all the same", {
  skip,
}, async () => {
  const { storage, more } = await gitaly();
  const [full = ""] = repositoriesIn(storage).filter((name) => !name.includes("empty"));
  const at = join(storage, full);
  git("-C", at, "update-ref", "refs/heads/refs/heads/main", "refs/heads/main~1");
  git("-C", at, "update-ref", "refs/tags/refs/tags/v1", "refs/heads/main~1");
  const refs = (place: string): string => git("-C", place, "for-each-ref", "--format=%(objectname) %(refname)");

  const backup = await made(tar, {}, more);
  const proof = await proved(gitlab, backup, loan);

  const one = listed(backup.stored).find(({ name }) => name === full);
  assert.equal(one?.refs, refs(at).split("\n").length);
  assert.equal(backup.sealed.body.repositories?.moved, 0);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  const [file, mirror] = [join(folder(), "alone.bundle"), join(folder(), "mirror.git")];
  writeFileSync(file, backup.stored.get(one?.bundle?.file ?? "") ?? "");
  git("init", "--quiet", "--bare", mirror);
  git("-C", mirror, "fetch", "--quiet", "--no-tags", file, "+refs/*:refs/*");
  assert.equal(refs(mirror), refs(at));
  git("-C", mirror, "fsck", "--strict");
});

test("a bundle with a turned bit, one of another repository and a list cut short fail the proof", {
  skip,
}, async () => {
  const { more } = await gitaly();
  const backup = await made(tar, {}, more);
  const { stored, sealed } = backup;
  const [first = "", second = ""] = [...stored.keys()].filter((name) => name.endsWith(".bundle"));
  const list = partOf(sealed, "repositories.jsonl");
  const bytes = (name: string): Buffer => stored.get(name) ?? Buffer.alloc(0);
  const turned = Buffer.from(bytes(first));
  turned.writeUInt8(turned.readUInt8(turned.length - 40) ^ 1, turned.length - 40);

  const why: string[] = [];
  for (const [name, damaged] of [
    [first, turned],
    [first, bytes(second)],
    [list.file, bytes(list.file).subarray(0, -30)],
  ] as const) {
    const before = bytes(name);
    stored.set(name, damaged);
    const { verdict } = await proved(gitlab, backup, loan);
    why.push(verdict.kind === "failed" ? verdict.why.join() : verdict.kind);
    stored.set(name, before);
  }

  assert.match(why[0] ?? "", /does not come back from its bundle/);
  assert.match(why[1] ?? "", /does not come back from its bundle/);
  assert.match(why[2] ?? "", /list of repositories is damaged|are not those that the manifest names/);
});

test("a damaged bundle fails the proof where this machine cannot tell of the archive, which alone would be unknown", {
  skip,
}, async () => {
  const { more } = await gitaly();
  const dump = plainDump("CREATE EXTENSION not_on_this_machine;", "CREATE TABLE public.a (b not_on_this_machine);");
  const backup = await made(tarWith(dump), {}, more);
  const { stored } = backup;
  const [first = "", second = ""] = [...stored.keys()].filter((name) => name.endsWith(".bundle"));

  const alone = await proved(gitlab, backup, loan);
  stored.set(first, stored.get(second) ?? Buffer.alloc(0));
  const { verdict, notes } = await proved(gitlab, backup, loan);

  assert.equal(alone.verdict.kind, "unknown");
  assert.ok(verdict.kind === "failed");
  assert.deepEqual(verdict.why.length, 1, "no more is said than what is damaged");
  assert.match(verdict.why.join(), /does not come back from its bundle/);
  assert.match(notes.join(), /not known: .*not_on_this_machine.*Install/);
});

test("bundles that cannot be read now are unknown, and an archive or a bundle that is damaged fails yet", {
  skip,
}, async () => {
  const { more } = await gitaly();
  const damaged = tarWith(plainDump("CREATE TABLE public.a (b nothing);"));
  const [whole, cut] = [await made(tar, {}, more), await made(damaged, {}, more)];
  const away = (backup: typeof whole, nth: number, others?: Buffer) => {
    let bundles = 0;
    const get = (file: string): Buffer | undefined => {
      if (file.endsWith(".bundle") && ++bundles === nth) throw new SystemError("the repository is away", "retry");
      return file.endsWith(".bundle") ? (others ?? backup.stored.get(file)) : backup.stored.get(file);
    };
    return { ...backup, stored: Object.assign(new Map(backup.stored), { get }) };
  };

  const unknown = await proved(gitlab, away(whole, 1), loan);
  const archive = await proved(gitlab, away(cut, 1), loan);
  const bundle = await proved(gitlab, away(whole, 2, Buffer.from("no bundle")), loan);

  assert.match(unknown.verdict.kind === "unknown" ? unknown.verdict.why : "", /the repository is away/);
  assert.match(archive.verdict.kind === "failed" ? archive.verdict.why.join() : "", /"nothing" does not exist/);
  assert.match(bundle.verdict.kind === "failed" ? bundle.verdict.why.join() : "", /does not come back from its bundle/);
});

test("a repository that Git cannot read makes no backup; a storage without any neither", { skip }, async () => {
  const { storage, more } = await gitaly();
  const [first = ""] = repositoriesIn(storage);
  rmSync(join(storage, first, "objects"), { recursive: true });

  await assert.rejects(made(tar, {}, more), /git in gitlab\/gitaly-\d+ did not end well/);
  rmSync(join(storage, "@hashed"), { recursive: true });
  await assert.rejects(made(tar, {}, more), /no repository below .*: is it Gitaly's storage\?/);
});

test("only repositories whose refs moved are read anew, and earlier bundles stay named", { skip }, async () => {
  await emptied();
  const { storage, more } = await gitaly();
  const repository = await TestRepository.make();
  const config = configOf(toolbox(tar), more);
  const lent = {
    secret: async (ref: Parameters<typeof formatSecretRef>[0]) =>
      loan.secrets[formatSecretRef(ref) as keyof typeof loan.secrets],
    cluster: async () => pods.cluster,
  };
  const first = await repository.backUpStore(config, lent);
  const [moved = "", same = ""] = repositoriesIn(storage).filter((name) => !name.includes("empty"));
  git("-C", join(storage, moved), "update-ref", "refs/heads/more", "refs/heads/main");
  rmSync(join(storage, "@hashed/ee"), { recursive: true });

  const { manifest } = await repository.backUpStore(config, lent);

  const body = GitlabBody.parse(manifest.body);
  assert.deepEqual([body.repositories?.count, body.repositories?.copied], [2, 1]);
  assert.deepEqual([first.manifest.packs.length, manifest.packs.length], [2, 2]);
  assert.ok(
    first.manifest.packs.some((one) => manifest.packs.some(({ snapshot }) => snapshot === one.snapshot)),
    same,
  );
  assert.deepEqual((await repository.prove(manifest.id, lent)).verdict, { kind: "proven" });
});
