import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Listed, lineOf, listing } from "../../src/backups/kinds/files/list.ts";
import { ListStream } from "../../src/backups/kinds/files/list-stream.ts";
import { ListedFiles } from "../../src/backups/kinds/files/listed-files.ts";
import { kubernetes } from "../../src/backups/kinds/kubernetes/index.ts";
import { tarEnd, tarHeader } from "../../src/backups/kinds/objects/tar-writer.ts";
import { ArchivedObjects } from "../../src/backups/others/archived-objects.ts";
import { References } from "../../src/backups/point/references.ts";
import type { Restoring } from "../../src/backups/restore/contract.ts";
import type { LfsPointer, Taking } from "../../src/backups/store-kind.ts";
import { withSpill } from "../../src/backups/with-spill.ts";
import { openBackups } from "../../src/edge/backups.ts";
import { systems } from "../../src/systems/index.ts";

/*
 * What lives in the heap while so many things of a kind go by, made up as they are asked for: `files`, `kubernetes`, `rows`, `pointers` or
 * `archive`, and how many. In a process of its own; prints the most that was held and the most that the process took, in bytes.
 */
const [kind = "", text = "0"] = process.argv.slice(2);
const count = Number(text);
const { ports } = openBackups(process.env);
const scratch = mkdtempSync(join(tmpdir(), "mw-bench-held-"));

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
collect();
const before = heap();
let held = 0;

function heap(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Collects first: what is left lives. Twenty times in all. */
function look(index: number): void {
  if (index % Math.ceil(count / 20) !== 0) return;
  collect();
  held = Math.max(held, heap() - before);
}

const pathOf = (index: number): string => `data/folder-${Math.floor(index / 1000)}/some-file-with-a-name-${index}.bin`;

async function files(): Promise<void> {
  async function* archive(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index += 1) {
      look(index);
      yield tarHeader(pathOf(index), 0, 1);
    }
    yield tarEnd;
  }
  const list = new ListStream();
  const { stream } = listing(archive(), (entry) => list.take(entry));
  const stored = drained(list.pieces());
  await drained(stream);
  await list.end();
  await stored;
  async function* lines(): AsyncGenerator<Uint8Array> {
    const sha256 = hash("sha256", "");
    for (let index = 0; index < count; index += 1) {
      look(index);
      const entry: Listed = { path: pathOf(index), kind: "file", size: 0, changedAt: 1, sha256 };
      yield Buffer.from(lineOf(entry));
    }
  }
  const sealed = { parts: [{ file: "files.jsonl" }] } as unknown as Parameters<typeof ListedFiles.during>[0];
  const restoring = { ports, scratch, readPart: lines } as unknown as Restoring;
  await ListedFiles.during(sealed, restoring, async (listed) => {
    listed.compare();
    for (let index = 0; index < count; index += 1) {
      look(index);
      if (listed.meet(pathOf(index), "data") === undefined) throw new Error(`${pathOf(index)} is not in the list`);
    }
  });
}

async function secrets(): Promise<void> {
  const page = (from: number): readonly unknown[] =>
    Array.from({ length: Math.min(500, count - from) }, (_, index) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "bench", name: `secret-${from + index}` },
      data: { value: Buffer.alloc(3000, from + index).toString("base64") },
    }));
  const cluster = {
    async *pages(_: unknown, { labels }: { readonly labels?: string }) {
      for (let from = 0; labels === undefined && from < count; from += 500) {
        look(from);
        yield { kind: "known", value: { items: page(from), resourceVersion: "1" } };
      }
    },
    discovery: async () => ({ version: "v1.34.0", types: [], silent: [] }),
  };
  const taking = {
    cluster: async () => cluster,
    clock: { now: () => "2026-01-01T00:00:00.000Z" },
    progress: () => undefined,
    signal: new AbortController().signal,
    storePart: (_: string, stream: AsyncIterable<Uint8Array>) => drained(stream),
  } as unknown as Taking;
  const selections = [{ apiVersion: "v1", plural: "secrets" }];
  const store = {
    component: "bench",
    store: "objects",
    kind: "kubernetes",
    namespaces: ["bench"],
    selections,
  } as const;
  const { body } = await kubernetes.take({ ...store, namespaces: [...store.namespaces] }, taking);
  if (body.objects.length !== count) throw new Error(`${body.objects.length} of ${count} were taken`);
}

const tables = ["schema_migrations", "ar_internal_metadata", "projects", "namespaces", "users", "merge_requests"];

const oidOf = (index: number): string => hash("sha256", String(index));
const keyOf = (oid: string): string => `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`;

/** A database of GitLab's with so many LFS objects. */
function database(): Parameters<References["ask"]>[0] {
  let next = 0;
  return {
    async query(sql) {
      if (!sql.startsWith("fetch"))
        return /^(?:begin|set|declare|rollback)/.test(sql)
          ? []
          : [...tables, "lfs_objects"].map((name) => ({ schema: "public", name }));
      look(next);
      const from = next;
      next = Math.min(count, next + 2000);
      return Array.from({ length: next - from }, (_, index) => {
        const name = oidOf(from + index);
        return { name, location: keyOf(name) };
      });
    },
  };
}

async function* keys(): AsyncGenerator<string> {
  for (let index = 0; index < count; index += 1) {
    look(index);
    yield keyOf(oidOf(index));
  }
}

const pointerOf = (index: number): LfsPointer => ({ repository: "team/model", path: pathOf(index), oid: oidOf(index) });

/** What a point's rows name, and its pointers: as many, of which half have no row. */
async function references(pointers: number): Promise<void> {
  await withSpill(scratch, ports, async (spill) => {
    const all = new References(spill);
    for (let index = 0; index < pointers; index += 1) {
      look(index);
      all.point("gitlab/repositories", pointerOf(index + count / 2));
    }
    await all.ask(database(), systems, "gitlab/database");
    const lfs = { store: "gitlab/lfs", listed: { kind: "bucket", bucket: "lfs", prefix: "" } } as const;
    for (const source of all.look([lfs])) await all.read(source, keys());
    for (const { id, state, asked } of all.checks())
      if (state !== "passed" || asked !== (id === "lfs-pointers" ? pointers / 2 : count))
        throw new Error(`${id} is ${state} of ${asked}`);
  });
}

/** An archive of others with so many objects, rows and pointers. */
async function archive(): Promise<void> {
  async function* tar(): AsyncGenerator<Uint8Array> {
    for await (const key of keys()) yield tarHeader(`./${key}`, 0, 1);
    yield tarEnd;
  }
  await withSpill(scratch, ports, async (spill) => {
    const named = new ArchivedObjects(new References(spill, "no part of it"), spill, systems);
    await named.objects(tar());
    await named.examine(database());
    for (let index = 0; index < count; index += 1) {
      look(index);
      named.pointed(pointerOf(index));
    }
    const { lacks, notes } = await named.concluded();
    if (lacks.length + notes.length > 0) throw new Error([...lacks, ...notes].join("; "));
  });
}

async function drained(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

const works: Readonly<Record<string, () => Promise<void>>> = {
  files,
  kubernetes: secrets,
  rows: () => references(0),
  pointers: () => references(count),
  archive,
};
try {
  await works[kind]?.();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write(`${JSON.stringify({ held, taken: process.resourceUsage().maxRSS * 1024 })}\n`);
