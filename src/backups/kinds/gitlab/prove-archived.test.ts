// oxlint-disable no-restricted-imports -- tests look at what Git and tar made
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { folder } from "../../others/prove.test-support.ts";
import { proved } from "../taking.test-support.ts";
import { archiveOf, type Files, filesOf, layouts } from "./archive.test-support.ts";
import { loan, made, skip } from "./gitlab.test-support.ts";
import { gitlab } from "./index.ts";
import { said } from "./prove-archived.test-support.ts";
import { git, hashed, one, two, world } from "./repository.test-support.ts";

/** Two repositories, and where they lie. */
const { storage } = skip === false ? await world() : { storage: "" };
const bundleIn = (files: Files): string => Object.keys(files).find((file) => file.endsWith(".bundle")) ?? "";
const bytesOf = (files: Files, file: string): Buffer => Buffer.from(files[file] ?? "");

/** The first with its bundle made another, beside the second. */
function changed(layout: (typeof layouts)[number], change: (bundle: Buffer) => Buffer): Files {
  const files = filesOf(storage, hashed(one), layout);
  const file = bundleIn(files);
  return { ...files, ...filesOf(storage, hashed(two), layout), [file]: change(bytesOf(files, file)) };
}

function turned(bundle: Buffer, at: number): Buffer {
  const other = Buffer.from(bundle);
  other.writeUInt8(other.readUInt8(at) ^ 1, at);
  return other;
}

for (const layout of layouts)
  test(`every repository of an archive of the layout ${layout} is opened by Git`, { skip }, async () => {
    const { proven, empty, why, unknown, notes } = await said(archiveOf(changed(layout, (bundle) => bundle)));

    assert.deepEqual([proven, empty, why, unknown], [2, 0, [], []]);
    assert.match(notes.join(), /Git opened 2 repositories of the archive whole; 0 were empty/);
  });

for (const layout of ["legacy", "manifest"] as const)
  test(`a bundle with a turned bit, one cut short and one with something behind it are damaged, by name: ${layout}`, {
    skip,
  }, async () => {
    const name = hashed(one);
    for (const change of [
      (bundle: Buffer) => turned(bundle, bundle.length - 40),
      (bundle: Buffer) => turned(bundle, bundle.indexOf("\n") + 5),
      (bundle: Buffer) => turned(bundle, 0),
      (bundle: Buffer) => bundle.subarray(0, bundle.length - 30),
      (bundle: Buffer) => bundle.subarray(0, 40),
      (bundle: Buffer) => bundle.subarray(0, 0),
      (bundle: Buffer) => Buffer.concat([bundle, Buffer.from("x")]),
      (bundle: Buffer) => Buffer.concat([bundle, Buffer.alloc(500_000)]),
    ]) {
      const { proven, why, unknown } = await said(archiveOf(changed(layout, change)));

      assert.deepEqual([proven, unknown], [1, []], change.toString());
      assert.equal(why.length, 1);
      assert.ok(why[0]?.startsWith(`${name} does not come back from the archive: `), why[0]);
    }
  });

test("the objects of one repository stand for none that another lacks", { skip }, async () => {
  const at = join(storage, hashed(one));
  const lacking = (): Buffer => {
    const commit = git("-C", at, "rev-parse", "main");
    const pack = execFileSync("git", ["-C", at, "pack-objects", "--quiet", "--stdout"], { input: `${commit}\n` });
    return Buffer.concat([Buffer.from(`# v2 git bundle\n${commit} refs/heads/main\n\n`), pack]);
  };
  const files = filesOf(storage, hashed(one), "legacy");
  const archive = archiveOf({ ...files, "@hashed/ff/ff/other.bundle": lacking() });

  const { proven, why } = await said(archive);

  assert.equal(proven, 1);
  assert.match(why.join(), /^@hashed\/ff\/ff\/other\.git does not come back from the archive: .*Could not read/);
});

test("a bundle on top of others, one of another kind and an unknown place are unknown, and why", {
  skip,
}, async () => {
  const at = join(storage, hashed(one));
  const file = join(folder(), "later.bundle");
  git("-C", at, "bundle", "create", "--quiet", file, "main~1..main");
  const later = { "@hashed/ff/ff/later.bundle": readFileSync(file) };
  const id = git("-C", at, "rev-parse", "main");
  const strange = {
    "@hashed/ff/ff/filtered.bundle": `# v3 git bundle\n@filter=blob:none\n${id} refs/heads/main\n\nPACK`,
    "@hashed/ff/ff/new.bundle": `# v9 git bundle\n${id} refs/heads/main\n\nPACK`,
    "@hashed/ff/ff/x/001.pack": "PACK",
  };
  const { proven, why, unknown } = await said(
    archiveOf({ ...filesOf(storage, hashed(one), "manifest"), ...later, ...strange }),
  );

  assert.deepEqual([proven, why], [1, []]);
  const words = unknown.map((one) => `${one.why} ${one.toDo}`).join("\n");
  assert.equal(unknown.length, 4, words);
  assert.match(words, /later\.git was not proven: it needs objects that are not in it .*full backup/);
  assert.match(words, /filtered\.git was not proven: it is a bundle of a kind that is not known here \(@filter=/);
  assert.match(words, /new\.git was not proven: it is a bundle of a kind that is not known here \(# v9 /);
  assert.match(words, /what repositories\/@hashed\/ff\/ff\/x\/001\.pack is nobody can tell/);
});

test("what is named out of its folder and what is a link are not opened, and nothing lies anywhere for it", {
  skip,
}, async () => {
  const hostile = { "../../../tmp/hostile.bundle": bytesOf(filesOf(storage, hashed(two), "legacy"), "x") };
  const manifest = "[[steps]]\nbundle_path = '../../../etc/passwd'\n";
  const archive = archiveOf({
    ...filesOf(storage, hashed(one), "legacy"),
    ...hostile,
    "manifests/default/@hashed/ff/ff/out.git/+latest.toml": manifest,
  });

  const { proven, why, unknown } = await said(archive);

  assert.equal(proven, 1);
  assert.match(why.join(), /out\.git as \.\.\/\.\.\/\.\.\/etc\/passwd, and that is not in it: it is damaged/);
  assert.match(unknown.map((one) => one.why).join(), /what repositories\/\.\.\/.*hostile\.bundle is nobody can tell/);
});

test("real tar's archive is read as well, a link in it is not followed, a repository without refs was empty", {
  skip,
}, async () => {
  const at = folder();
  const files = { ...filesOf(storage, hashed(one), "manifest"), "default/@hashed/ee/ee/e.git/1/001.refs": "" };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(at, "repositories", file)), { recursive: true });
    writeFileSync(join(at, "repositories", file), content);
  }
  const plain = await said(execFileSync("tar", ["-C", at, "-cf", "-", "repositories"]));
  execFileSync("ln", ["-s", "/etc/passwd", join(at, "repositories", "linked.bundle")]);
  const linked = await said(execFileSync("tar", ["-C", at, "-cf", "-", "./repositories"]));

  assert.deepEqual([plain.proven, plain.empty, plain.why, plain.unknown], [1, 1, [], []]);
  assert.deepEqual([linked.proven, linked.unknown.length], [1, 1]);
});

test("a backup is proven with the repositories of its archive, fails by the name of one, and is unknown for one", {
  skip,
}, async () => {
  // The database names a second project, which has no repository: GitLab has such.
  const files = filesOf(storage, hashed(one), "manifest");
  const bundle = bundleIn(files);
  const prove = async (other: Files) => proved(gitlab, await made(archiveOf({ ...files, ...other })), loan);

  const good = await prove({});
  const damaged = await prove({ [bundle]: turned(bytesOf(files, bundle), bytesOf(files, bundle).length - 40) });
  const unknown = await prove({ "@hashed/ff/ff/new.bundle": "# v9 git bundle\n\n" });

  assert.deepEqual([good.verdict, good.counts["archivedRepositories"]], [{ kind: "proven" }, 1]);
  assert.match(JSON.stringify(damaged.verdict), /"failed".*@hashed.*\.git does not come back from the archive/);
  assert.match(JSON.stringify(unknown.verdict), /"unknown".*1 of what the archive holds of repositories.*new\.git/);
});
