// oxlint-disable no-restricted-imports -- tests make what is backed up, and open what came back
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { chunksOf } from "../../edge/object-store.test-support.ts";
import { openFolder } from "../../edge/restore-folder.ts";
import { InputError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { files } from "../kinds/files/index.ts";
import { bucketAt, configOf, secretOf, skip } from "../kinds/objects/objects.test-support.ts";
import { restoringOf } from "../kinds/restoring.test-support.ts";
import { sqlite } from "../kinds/sqlite/index.ts";
import { taken } from "../kinds/taking.test-support.ts";
import { application } from "../kinds/volume/volume.test-support.ts";
import { folder } from "../others/prove.test-support.ts";
import { TestRepository } from "../own.test-support.ts";
import { readPart } from "../parts.ts";
import { type Manifest, writeManifest } from "../repository/manifest.ts";
import type { SealedBody, StoreKind } from "../store-kind.ts";
import { planToFolder, restoreToFolder } from "./to-folder.ts";

const data = folder();
const app = await application("mlflow", data);
mkdirSync(join(data, "in ner"));
writeFileSync(join(data, "in ner", "größe.bin"), Buffer.alloc(300_000, 7));
const path = join(data, "runs.db");
const db = new DatabaseSync(path);
db.exec("create table runs (id integer primary key); insert into runs values (1), (2), (3)");
db.close();

/** The manifest as the repository has it, and its parts. */
async function backedUp<Config extends BackupStore, Body>(kind: StoreKind<Config, Body>, config: Config) {
  const { sealed, stored } = await taken(kind, config, { cluster: app.cluster });
  return { manifest: plain(sealed), stored };
}

function plain<Body>(sealed: SealedBody<Body>): Manifest {
  return JSON.parse(JSON.stringify({ ...sealed, class: "by-hand" })) as Manifest;
}

const ofFiles = {
  component: "mlflow",
  store: "files",
  kind: "files",
  pod: app.pod,
  paths: [join(data, "in ner")],
} as const;
const ofRuns = { component: "mlflow", store: "runs", kind: "sqlite", pod: app.pod, path } as const;

async function brought({ manifest, stored }: Awaited<ReturnType<typeof backedUp>>): Promise<string> {
  const place = await openFolder(join(folder(), "out"));
  const plan = await planToFolder(manifest, place);
  assert.deepEqual(plan.refuses, []);
  const { did } = await restoreToFolder(manifest, place, restoringOf({ stored }));
  const inner = join(place.folder, `mlflow-${manifest.identity.store}`);
  assert.deepEqual(did, [`${manifest.id} lies in ${inner}`]);
  assert.equal(readFileSync(join(inner, "manifest.json"), "utf8"), writeManifest(manifest));
  return inner;
}

test("a database of SQLite comes to a folder as a file that opens", async () => {
  const inner = await brought(await backedUp(sqlite, { ...ofRuns }));
  const [file = ""] = readdirSync(inner).filter((name) => name !== "manifest.json");
  const copy = new DatabaseSync(join(inner, file), { readOnly: true });
  assert.equal(copy.prepare("select count(*) as n from runs").get()?.["n"], 3);
  copy.close();
});

test("files come to a folder as an archive that tar unpacks", async () => {
  const inner = await brought(await backedUp(files, { ...ofFiles, paths: [...ofFiles.paths] }));
  const out = folder();
  for (const file of readdirSync(inner).filter((name) => name.endsWith(".tar")))
    execFileSync("tar", ["-xf", join(inner, file), "-C", out]);
  assert.deepEqual(readFileSync(join(out, data, "in ner", "größe.bin")), Buffer.alloc(300_000, 7));
});

test("packs of several runs, which each counted from one, all come to a folder, by their snapshots where their names are the same", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  const backUp = async (key: string) => {
    await bucketAt("folder").put(key, chunksOf(key));
    return (await repository.backUpStore(configOf("folder"), { secret: secretOf })).manifest;
  };
  await backUp("first");
  const manifest = await backUp("second");
  const place = await openFolder(folder());
  const { signal } = new AbortController();

  await restoreToFolder(manifest, place, {
    ...restoringOf({ stored: new Map() }),
    readPart: (part) => readPart(repository.open(), part, signal),
  });

  const inner = join(place.folder, "mlflow-objects");
  const packs = readdirSync(inner).filter((name) => name.endsWith(".tar"));
  const inPacks = packs.map((pack) => execFileSync("tar", ["-tf", join(inner, pack)], { encoding: "utf8" }).trim());
  assert.deepEqual(inPacks.toSorted(), ["0/first", "0/second"]);
  for (const { snapshot } of manifest.packs) assert.ok(packs.some((name) => name.startsWith(snapshot.slice(0, 12))));
});

test("a folder that holds something and one without room are refused before", async () => {
  const { manifest } = await backedUp(sqlite, { ...ofRuns });
  const place = await openFolder(folder());
  writeFileSync(join(place.folder, "own"), "x");
  const { refuses } = await planToFolder(manifest, { ...place, freeBytes: async () => 10 });
  assert.match(refuses.join("; "), /is not empty: name another folder; .* has 1 MB free, and test needs 1 MB/);
});

test("a part whose bytes are others, and one that is broken off, leave nothing", async () => {
  const { manifest, stored } = await backedUp(sqlite, { ...ofRuns });
  const [name = "", bytes = Buffer.alloc(0)] = [...stored][0] ?? [];
  const damaged = Buffer.from(bytes);
  damaged.writeUInt8(damaged.readUInt8(100) ^ 1, 100);
  const place = await openFolder(folder());

  await assert.rejects(
    restoreToFolder(manifest, place, restoringOf({ stored: new Map([[name, damaged]]) })),
    (thrown) => thrown instanceof InputError && /manifest names/.test(thrown.message),
  );
  assert.deepEqual(readdirSync(place.folder), []);
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 4096);
    throw new InputError("it was broken off");
  }
  const breaking = { ...restoringOf({ stored }), readPart: cut };
  await assert.rejects(restoreToFolder(manifest, place, breaking), /it was broken off/);
  assert.deepEqual(readdirSync(place.folder), []);

  const stuck = { ...place, remove: () => Promise.reject(new Error("EIO: i/o error")) };
  await assert.rejects(
    restoreToFolder(manifest, stuck, breaking),
    (thrown) =>
      thrown instanceof InputError &&
      /^it was broken off; .*\.unfinished is not whole, and could not be removed: EIO/.test(thrown.message),
  );
});
