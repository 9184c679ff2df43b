import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SystemError } from "../../../kernel/errors.ts";
import type { FilesStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { testPods } from "../pod.test-support.ts";
import { withProgram } from "../program-on-path.test-support.ts";
import { proved, taken } from "../taking.test-support.ts";
import { archiveFile, listFile } from "./body.ts";
import { files } from "./index.ts";

const pods = await testPods();
const data = folder();
mkdirSync(join(data, "in ner"));
writeFileSync(join(data, "in ner", "größe.bin"), Buffer.alloc(3_000_000, 7));
writeFileSync(join(data, `${"long-".repeat(30)}name`), "long");
writeFileSync(join(data, "empty"), "");
pods.add("app-0");

const config = (more: Partial<FilesStore> = {}): FilesStore => ({
  component: "grafana",
  store: "files",
  kind: "files",
  pod: { namespace: "default", labels: "app=app-0" },
  paths: [data],
  ...more,
});
const loan = { cluster: pods.cluster };

const retry = (thrown: unknown): boolean => thrown instanceof SystemError && thrown.remedy === "retry";

test("what tar reads in the pod comes back, every file by its digest", async () => {
  const backup = await taken(files, config(), loan);

  const { body } = backup.sealed;
  assert.deepEqual([body.files, body.bytes, body.quiesced], [3, 3_000_004, false]);
  const list = String(backup.stored.get(listFile))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly path: string });
  assert.ok(list.some(({ path }) => path.endsWith("in ner/größe.bin")));
  const proof = await proved(files, backup);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.deepEqual(proof.doesNotCover, [
    `one moment of all files of ${data} in default/app-0: the application was not held still while they were read`,
  ]);
});

test("an archive that is damaged, cut short or another one is not proven", async () => {
  const backup = await taken(files, config(), loan);
  const whole = backup.stored.get(archiveFile) ?? Buffer.alloc(0);
  const flipped = Buffer.from(whole);
  flipped.writeUInt8(flipped.readUInt8(1_500_000) ^ 1, 1_500_000);

  for (const bytes of [flipped, whole.subarray(0, 1_000_000), Buffer.alloc(0)]) {
    backup.stored.set(archiveFile, bytes);
    assert.equal((await proved(files, backup)).verdict.kind, "failed");
  }
});

test("a proof whose tar is killed, or that cannot read the repository, says nothing against the backup", async () => {
  const backup = await taken(files, config(), loan);
  await withProgram("tar", "kill -9 $$", () => assert.rejects(proved(files, backup), retry));
  const away = { ...backup, stored: new Map(backup.stored) };
  away.stored.get = () => {
    throw new SystemError("the store is away", "retry");
  };
  await assert.rejects(proved(files, away), /the store is away/);
});

test("a connection cut in the middle leaves no backup", async () => {
  pods.cutAfter(1_000_000);
  await assert.rejects(taken(files, config(), loan), retry);
  pods.cutAfter(undefined);
});

test("a tar that fails, is killed or prints half is the failure that is told", async () => {
  const half = ["sh", "-c", `[ "$1" = --version ] && exit; tar -cf - ${data} | head -c 100000`, "tar"];
  pods.add("half-0", { programs: { tar: half } });
  pods.add("killed-0", { programs: { tar: ["sh", "-c", '[ "$1" = --version ] && exit; kill -9 $$', "tar"] } });
  const there = (name: string) => config({ pod: { namespace: "default", labels: `app=${name}` } });

  await assert.rejects(taken(files, there("half-0"), loan), /no whole archive/);
  await assert.rejects(taken(files, there("killed-0"), loan), retry);
  await assert.rejects(
    taken(files, config({ paths: ["/nowhere", "/dev/null/below"] }), loan),
    /nothing of \/nowhere, \/dev\/null\/below is in default\/app-0: is it the right pod, and is its volume mounted\?/,
  );
  await assert.rejects(taken(files, there("nobody"), loan), /no pod of app=nobody in default is ready/);
});

test("a path that is not there is told, and keeps the others from nothing", async () => {
  const gone = `${data}-gone`;

  const backup = await taken(files, config({ paths: [gone, data] }), loan);

  const { body } = backup.sealed;
  assert.deepEqual([body.missing, body.paths, body.files], [[gone], [gone, data], 3]);
  assert.match(backup.said.join("; "), /not in default\/app-0, and not in this backup: .*-gone/);
  const { verdict, doesNotCover } = await proved(files, backup);
  assert.deepEqual(verdict, { kind: "proven" });
  assert.equal(doesNotCover[0], `${gone}, which was not there when it was taken`);
  assert.ok(files.facts(body).some(([label, text]) => label === "not there" && text === gone));
});

/** A pod whose first so many reads meet a writer: tar itself has the file written to while it reads. */
function writtenTo(name: string, reads: number): { readonly store: FilesStore; readonly count: () => number } {
  const busy = folder();
  const [seen, writer] = [join(folder(), "reads"), join(folder(), "writer")];
  const big = join(busy, "big.log");
  writeFileSync(big, Buffer.alloc(3_000_000, 7));
  writeFileSync(writer, `[ "$(wc -c <'${seen}')" -gt ${reads} ] || printf x >>'${big}'`);
  const tar = `[ "$1" = --version ] && exec tar "$@"; printf x >>'${seen}'; exec tar --checkpoint=50 --checkpoint-action='exec=sh ${writer}' "$@"`;
  pods.add(name, { programs: { tar: ["sh", "-c", tar, "tar"] } });
  const store = config({ pod: { namespace: "default", labels: `app=${name}` }, paths: [busy] });
  return { store, count: () => readFileSync(seen).length };
}

test("a pod without a shell is backed up by its tar alone, which fails on a path that is not there", async () => {
  pods.add("bare-0", { programs: { sh: ["sh", "-c", "exit 127"] } });
  const bare = (paths: readonly string[]) =>
    config({ pod: { namespace: "default", labels: "app=bare-0" }, paths: [...paths] });

  assert.deepEqual((await taken(files, bare([data]), loan)).sealed.body.missing, []);
  await assert.rejects(
    taken(files, bare([data, "/nowhere"]), loan),
    /tar in default\/bare-0 did not end well \(2\): .*\/nowhere/,
  );
});

test("what is written while it is read is read again, some times; then the file is named, and what to do", async () => {
  const [twice, always] = [writtenTo("twice-0", 2), writtenTo("always-0", 99)];

  const backup = await taken(files, twice.store, loan);

  assert.equal(twice.count(), 3);
  assert.match(backup.said.join("; "), /big\.log changed while it was read; reading again/);
  assert.deepEqual((await proved(files, backup)).verdict, { kind: "proven" });
  await assert.rejects(
    taken(files, always.store, loan),
    /big\.log in default\/always-0 changed each of the 3 times that it was read: hold the application still meanwhile \(quiesce\)/,
  );
  assert.equal(always.count(), 3);
});

test("the application is held still and let go again, also when its files could not be read", async () => {
  const mark = join(folder(), "mark");
  const quiesce = {
    before: ["sh", "-c", `echo before >>${mark}`],
    after: ["sh", "-c", `echo after >>${mark}`],
  };

  const backup = await taken(files, config({ quiesce }), loan);
  await assert.rejects(taken(files, config({ quiesce, paths: ["/nowhere"] }), loan), /nothing of \/nowhere is in/);

  assert.equal(readFileSync(mark, "utf8"), "before\nafter\nbefore\nafter\n");
  assert.equal(backup.sealed.body.quiesced, true);
  assert.deepEqual((await proved(files, backup)).doesNotCover, []);
});

test("an application that could not be let go again is said first of all", async () => {
  const gone = join(folder(), "gone");
  const quiesce = { before: ["true"], after: ["sh", "-c", "exit 9"] };

  await assert.rejects(
    taken(files, config({ quiesce }), loan),
    /may still be held: run `sh -c exit 9` there .*did not end well \(9\)/,
  );
  assert.equal(existsSync(gone), false);
});

test("of a path that is a link the proof says that what it leads to may lie in no backup", async () => {
  const at = folder();
  mkdirSync(join(at, "larger"));
  writeFileSync(join(at, "larger", "weights"), "much");
  symlinkSync("larger", join(at, "models"));

  const { verdict, doesNotCover } = await proved(
    files,
    await taken(files, config({ paths: [join(at, "models")] }), loan),
  );

  assert.equal(verdict.kind, "proven", "the link is as it was");
  assert.ok(
    doesNotCover.includes(`what ${at}/models leads to, a link, unless another of its paths holds it`),
    doesNotCover.join("\n"),
  );
});
