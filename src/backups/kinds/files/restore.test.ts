// oxlint-disable no-restricted-imports -- tests write files, and mount a small volume where root may
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { FilesStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { type TestTaken, taken } from "../taking.test-support.ts";
import { application } from "../volume/volume.test-support.ts";
import type { FilesBody } from "./body.ts";
import { files } from "./index.ts";
import { restore } from "./restore.ts";

const data = folder();
const app = await application("mlflow", data);
const config: FilesStore = { component: "mlflow", store: "files", kind: "files", pod: app.pod, paths: [data] };
const target = { kind: "in-place" } as const;

mkdirSync(join(data, "in ner"));
writeFileSync(join(data, "in ner", "größe.bin"), Buffer.alloc(300_000, 7));
writeFileSync(join(data, ".hidden"), "hidden");
writeFileSync(join(data, "conf"), "first", { mode: 0o640 });
linkSync(join(data, "conf"), join(data, "second name"));
symlinkSync("conf", join(data, "to conf"));
const first = await taken(files, config, { cluster: app.cluster });
const lent = (backup: TestTaken<FilesBody>) =>
  restoringOf({ stored: backup.stored, cluster: app.cluster, down: [app.workload] });
const all = [".hidden", "conf", "in ner", "second name", "to conf"];
const conf = (): string => readFileSync(join(data, "conf"), "utf8");

/** With the application down; its place is let go whatever happens. */
async function held<T>(of: FilesStore, work: (config: FilesStore) => Promise<T>): Promise<T> {
  await app.scale(0);
  const place = await restore.hold?.(of, lent(first));
  assert.ok(place);
  try {
    return await work(place.config);
  } finally {
    assert.deepEqual(await place.release(), []);
  }
}

test("the plan lists what would go, and changes nothing", async () => {
  writeFileSync(join(data, "conf"), "changed");
  writeFileSync(join(data, "later\nmade"), "later");
  const plan = await restore.plan(first.sealed, config, target, lent(first));
  assert.deepEqual([plan.refuses, plan.isThere], [[], true]);
  assert.deepEqual(plan.loses, [
    `${JSON.stringify(join(data, "later\nmade"))}: it is not in the backup`,
    "what all files hold now: it is in the backup made before",
  ]);
  const other = await restore.plan(first.sealed, { ...config, paths: ["/elsewhere"] }, target, lent(first));
  assert.match(
    other.refuses.join(),
    /the backup is of .*, and \/elsewhere are declared; .*|\/elsewhere lies on no volume/,
  );
  assert.equal(conf(), "changed");
});

test("with the application down it is as it was, what was not in the backup is gone, and taken back it is there again", async () => {
  await held(config, async (place) => {
    const safety = await taken(files, place, { cluster: app.cluster });
    const restoring = lent(first);
    const done = await restore.run(first.sealed, place, target, restoring);
    assert.deepEqual(done.differences, []);
    assert.match(done.notes.join(), /not in the backup, and gone: ".*later\\nmade"/);
    assert.deepEqual(readdirSync(data).toSorted(), all);
    assert.equal(conf(), "first");
    assert.equal(readFileSync(join(data, "in ner", "größe.bin")).length, 300_000);

    await restore.undo?.(place, safety.sealed, { ...restoring, readPart: lent(safety).readPart });
    assert.deepEqual(readdirSync(data).toSorted(), [...all, "later\nmade"].toSorted());
    assert.equal(conf(), "changed");
  });
  assert.deepEqual(await app.names(), []);
});

test("an archive that is damaged and a cut connection leave what is there", async () => {
  await held(config, async (place) => {
    const bytes = Buffer.from(first.stored.get("files.tar") ?? "");
    bytes.writeUInt8(bytes.readUInt8(200_000) ^ 1, 200_000);
    const damaged = restoringOf({ stored: new Map([...first.stored, ["files.tar", bytes]]), cluster: app.cluster });
    await assert.rejects(restore.run(first.sealed, place, target, damaged));
    app.pods.cutUpAfter(100_000);
    await assert.rejects(restore.run(first.sealed, place, target, lent(first)), /what is there is as it was/);
    app.pods.cutUpAfter(undefined);
    assert.equal(conf(), "changed");
    assert.deepEqual(readdirSync(data).toSorted(), [...all, "later\nmade"].toSorted());
  });
});

test("killed while names change places, the same restore goes on with it", async () => {
  await held(config, async (place) => {
    const restoring = lent(first);
    await restore.run(first.sealed, place, target, restoring);
    // As after a kill: what was there is away, and half of what was restored is in its place.
    const short = [restoring.id, data.slice(1)].map((text) => hash("sha256", text).slice(0, 6)).join("");
    const placing = join(data, `.millwright-placing-${short}`);
    mkdirSync(join(placing, data), { recursive: true });
    mkdirSync(join(data, `.millwright-before-${short}`));
    for (const name of ["conf", "in ner"]) renameSync(join(data, name), join(placing, data, name));

    await restore.run(first.sealed, place, target, restoring);
    assert.deepEqual(readdirSync(data).toSorted(), all);
    assert.equal(conf(), "first");
  });
});

test("what another restore that was killed left is not thrown away: it is refused until that is taken back", async () => {
  await held(config, async (place) => {
    const before = join(data, ".millwright-before-0123456789ab");
    const half = join(data, ".millwright-restoring-0123456789ab");
    for (const left of [before, half]) mkdirSync(left);
    writeFileSync(join(before, "only here"), "x");
    const killed = /a restore that was killed left .*\.millwright-before-0123456789ab: take that back first/;

    assert.match((await restore.plan(first.sealed, place, target, lent(first))).refuses.join(), killed);
    await assert.rejects(restore.run(first.sealed, place, target, lent(first)), killed);
    await assert.rejects(
      taken(files, place, { cluster: app.cluster }),
      /a restore that was killed left .*do it again or take it back first/,
    );

    assert.equal(readFileSync(join(before, "only here"), "utf8"), "x");
    rmSync(before, { recursive: true });
    await restore.run(first.sealed, place, target, lent(first));
    assert.deepEqual(readdirSync(data).toSorted(), all);
  });
});

test("files of one folder, and a link, come back each, and what they were is backed up before", async () => {
  const one = folder();
  const other = await application("one", one);
  const [database, link] = [join(one, "a.db"), join(one, "link")];
  const some: FilesStore = { ...config, pod: other.pod, paths: [database, join(one, "b.conf"), link] };
  const write = (text: string): void => {
    for (const name of ["a.db", "b.conf"]) writeFileSync(join(one, name), `${name} ${text}`);
    rmSync(link, { force: true });
    symlinkSync(text, link);
  };
  const said = () => [readFileSync(database, "utf8"), readFileSync(join(one, "b.conf"), "utf8"), readlinkSync(link)];
  write("then");
  writeFileSync(join(one, "beside"), "beside");
  const backup = await taken(files, some, { cluster: other.cluster });
  write("now");
  const restoring = restoringOf({ stored: backup.stored, cluster: other.cluster, down: [other.workload] });
  const plan = await restore.plan(backup.sealed, some, target, restoring);
  assert.deepEqual(
    [plan.refuses, plan.isThere, plan.loses],
    [[], true, ["what all files hold now: it is in the backup made before"]],
  );
  await other.scale(0);
  const place = await restore.hold?.(some, restoring);
  assert.ok(place?.isThere);
  const safety = await taken(files, place.config, { cluster: other.cluster });

  const { differences } = await restore.run(backup.sealed, place.config, target, restoring);
  assert.deepEqual([differences, said()], [[], ["a.db then", "b.conf then", "then"]]);
  // As after a kill, which the backup made before takes back too.
  const short = [restoring.id, database.slice(1)].map((text) => hash("sha256", text).slice(0, 6)).join("");
  mkdirSync(join(one, `.millwright-before-${short}`));
  renameSync(database, join(one, `.millwright-before-${short}`, "a.db"));
  await assert.rejects(
    taken(files, place.config, { cluster: other.cluster }),
    /a restore that was killed left .*do it again or take it back first/,
  );
  const { readPart } = restoringOf({ stored: safety.stored });
  await restore.undo?.(place.config, safety.sealed, { ...restoring, readPart });
  assert.deepEqual(said(), ["a.db now", "b.conf now", "now"]);
  assert.deepEqual(readdirSync(one).toSorted(), ["a.db", "b.conf", "beside", "link"]);
  await place.release();
});

test("paths that are gone come back, the others are backed up before, and taken back they are gone again", async () => {
  const base = folder();
  const other = await application("gone", base);
  const [conf, models, link] = [join(base, "a.conf"), join(base, "models"), join(base, "link")];
  const some: FilesStore = { ...config, pod: other.pod, paths: [conf, `${models}/`, link] };
  writeFileSync(conf, "then");
  mkdirSync(join(models, "inner"), { recursive: true });
  writeFileSync(join(models, "inner", "weights"), "weights");
  symlinkSync("a.conf", link);
  const backup = await taken(files, some, { cluster: other.cluster });
  writeFileSync(conf, "now");
  rmSync(models, { recursive: true });
  rmSync(link);
  const restoring = restoringOf({ stored: backup.stored, cluster: other.cluster, down: [other.workload] });
  assert.deepEqual((await restore.plan(backup.sealed, some, target, restoring)).refuses, []);
  await other.scale(0);
  const place = await restore.hold?.(some, restoring);
  assert.ok(place?.isThere);
  const safety = await taken(files, place.config, { cluster: other.cluster });
  assert.deepEqual(safety.sealed.body.missing, [`${models}/`, link]);

  const { differences } = await restore.run(backup.sealed, place.config, target, restoring);
  assert.deepEqual([differences, readFileSync(conf, "utf8"), readlinkSync(link)], [[], "then", "a.conf"]);
  assert.equal(readFileSync(join(models, "inner", "weights"), "utf8"), "weights");

  const undoing = { ...restoring, readPart: restoringOf({ stored: safety.stored }).readPart };
  const plan = await restore.plan(safety.sealed, place.config, target, undoing);
  assert.match(plan.loses.join(), /inner\/weights": it is not in the backup/);
  for (let times = 0; times < 2; times += 1) {
    await restore.undo?.(place.config, safety.sealed, undoing);
    assert.deepEqual([readdirSync(base), readFileSync(conf, "utf8")], [["a.conf"], "now"]);
  }
  await place.release();
});

test("what a killed restore left beside a path that its backup had not goes too when it is taken back", async () => {
  const base = folder();
  const other = await application("later", base);
  const [conf, models] = [join(base, "a.conf"), join(base, "models")];
  const some: FilesStore = { ...config, pod: other.pod, paths: [conf, models] };
  writeFileSync(conf, "then");
  const backup = await taken(files, some, { cluster: other.cluster });
  mkdirSync(models);
  writeFileSync(join(models, "weights"), "weights");
  const restoring = restoringOf({ stored: backup.stored, cluster: other.cluster, down: [other.workload] });
  await other.scale(0);
  const place = await restore.hold?.(some, restoring);
  assert.ok(place?.isThere);
  const safety = await taken(files, place.config, { cluster: other.cluster });
  await restore.run(backup.sealed, place.config, target, restoring);
  assert.deepEqual(readdirSync(base), ["a.conf"]);
  const short = [restoring.id, models.slice(1)].map((text) => hash("sha256", text).slice(0, 6)).join("");
  mkdirSync(join(base, `.millwright-before-${short}`));

  const { readPart } = restoringOf({ stored: safety.stored });
  await restore.undo?.(place.config, safety.sealed, { ...restoring, readPart });

  assert.deepEqual(readdirSync(base).toSorted(), ["a.conf", "models"]);
  assert.equal(readFileSync(join(models, "weights"), "utf8"), "weights");
  assert.deepEqual((await taken(files, place.config, { cluster: other.cluster })).sealed.body.missing, []);
  await place.release();
});

const small = folder();
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]).status === 0;
const skip = mounted ? false : "not run: a small volume can be mounted by root alone";

test("a volume without the room is refused before anything is written; one that becomes full is told, and is as it was", {
  skip,
}, async (context) => {
  context.after(() => spawnSync("umount", [small]));
  const other = await application("small", small);
  const full: FilesStore = { ...config, pod: other.pod, paths: [small] };
  writeFileSync(join(small, "model"), Buffer.alloc(1_200_000, 1));
  const backup = await taken(files, full, { cluster: other.cluster });
  await other.scale(0);
  const restoring = (more: object = {}) =>
    restoringOf({ stored: backup.stored, cluster: other.cluster, down: [other.workload], ...more });
  const place = await restore.hold?.(full, restoring());
  assert.ok(place);
  writeFileSync(join(small, "model"), "now");
  writeFileSync(join(small, "filler"), Buffer.alloc(2_500_000, 2));
  const safety = await taken(files, place.config, { cluster: other.cluster });
  await assert.rejects(
    restore.run(backup.sealed, place.config, target, restoring()),
    /the volume of .* has \d MB free, and 3 MB are needed; nothing was changed/,
  );
  rmSync(join(small, "filler"));
  // What another writes while it is restored was not there when the room was asked for.
  const { readPart } = restoring();
  const meanwhile = restoring({
    async *readPart(part: Parameters<typeof readPart>[0]) {
      if (part.file === "files.tar") writeFileSync(join(small, "filler"), Buffer.alloc(3_500_000, 2));
      yield* readPart(part);
    },
  });
  await assert.rejects(
    restore.run(backup.sealed, place.config, target, meanwhile),
    /the volume became full: .*; what is there is as it was/,
  );
  assert.deepEqual(readdirSync(small).toSorted(), ["filler", "model"]);
  assert.equal(readFileSync(join(small, "model"), "utf8"), "now");
  rmSync(join(small, "filler"));
  // The backup made before is usable all the same.
  await restore.undo?.(
    place.config,
    safety.sealed,
    restoring({ readPart: restoringOf({ stored: safety.stored }).readPart }),
  );
  assert.equal(readFileSync(join(small, "filler")).length, 2_500_000);
  await place.release();
});
