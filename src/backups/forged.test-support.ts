import { randomBytes } from "node:crypto";
import type { Instant } from "../kernel/instant.ts";
import type { DatabaseManifest, TestRepository } from "./own.test-support.ts";
import { digestOf, writeManifest } from "./repository/manifest.ts";
import { manifestFile } from "./repository/read-manifest.ts";
import { tagsOf } from "./repository/tags.ts";

/** A backup of the same dump as a real one, stored anew, that says what `change` makes of the real one's manifest. */
export async function forge(
  manifest: DatabaseManifest,
  change: (said: DatabaseManifest) => DatabaseManifest,
  repository: TestRepository,
): Promise<string> {
  const id = `mlflow-database-20261120T100000Z-${randomBytes(4).toString("hex")}`;
  const { installation, environment } = repository.identity();
  const common = { backup: id, installation, environment, store: "mlflow/database" };
  const [part] = manifest.parts;
  if (part === undefined) throw new Error("the manifest names no dump");
  const open = repository.open();
  const { signal } = new AbortController();
  const dump = open.dump(part.snapshot, part.file);
  const stored = await open.store(part.file, tagsOf({ part: "part", ...common }), dump, signal);
  const { id: snapshot, tree } = await open.snapshot(stored.snapshot);
  const text = writeManifest(change({ ...manifest, id, parts: [{ ...part, snapshot, tree }] }));
  const tags = tagsOf({
    part: "seal",
    ...common,
    takenAt: manifest.takenAt as Instant,
    kind: "postgresql",
    class: "by-hand",
    bytes: 1,
    parts: 1,
    digest: digestOf(text),
  });
  await open.record(manifestFile, tags, text, signal);
  return id;
}
