import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestCluster } from "../../src/store/test-cluster.ts";
import type { OtherKind } from "./kinds/kind.ts";
import type { Restic } from "./oracle-restic.ts";
import { connected, truths } from "./source-database.ts";
import { isContentOf } from "./source-objects.ts";

/*
 * Whether what is called a backup is one: by restic, pg_restore, tar and SQL of its own. Nothing of the code that makes and proves
 * backups is used here.
 */

/** As `backup list -o json` shows it. */
export interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly digest: string;
  readonly manifest: string;
  readonly parts: readonly string[];
  readonly proofs: readonly { readonly verdict: string }[];
}

interface Part {
  readonly snapshot: string;
  readonly file: string;
  readonly bytes: number;
  /** Of its bytes; where only restic has read them, that of restic's tree instead. */
  readonly sha256?: string;
  readonly tree?: string;
}

export interface Manifest {
  readonly id: string;
  readonly parts: readonly Part[];
  readonly packs: readonly Part[];
  readonly body: {
    readonly content?: {
      readonly tables: readonly { readonly table: string; readonly rows: number; readonly checksum: string }[];
    };
    readonly list?: Part;
    /** Of SQLite. */
    readonly tables?: readonly { readonly table: string; readonly rows: number }[];
    /** Of Kubernetes objects; of buckets their number. */
    readonly objects?: readonly { readonly sha256: string }[];
  };
}

const run = promisify(execFile);

export class Oracle {
  readonly #restic: Restic;
  readonly #server: Pick<TestCluster, "url">;
  readonly #folder: string;
  readonly #others: readonly OtherKind[];

  constructor(restic: Restic, server: Pick<TestCluster, "url">, folder: string, others: readonly OtherKind[]) {
    this.#others = others;
    this.#restic = restic;
    this.#server = server;
    this.#folder = folder;
  }

  /** Restores it whole; what is wrong with it, in words. `needs`: all snapshots without which it is none. */
  async verify(shown: Shown): Promise<{ readonly wrong: readonly string[]; readonly needs: readonly string[] }> {
    const folder = join(this.#folder, shown.id);
    mkdirSync(folder, { recursive: true });
    try {
      const manifest = await this.#manifest(shown, folder);
      for (const part of [...manifest.parts, ...manifest.packs]) await this.#fetch(part, folder);
      const needs = [shown.manifest, ...[...manifest.parts, ...manifest.packs].map(({ snapshot }) => snapshot)];
      const wrong = await this.#wrongWith(shown.kind, manifest, folder);
      return { wrong: wrong.map((words) => `${shown.id}: ${words}`), needs };
    } catch (thrown) {
      return { wrong: [`${shown.id} does not come back: ${String(thrown).slice(0, 400)}`], needs: [] };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #wrongWith(kind: string, manifest: Manifest, folder: string): Promise<readonly string[]> {
    if (kind === "postgresql") return this.#database(manifest, folder);
    if (kind === "objects") return objectsIn(manifest, folder);
    const other = this.#others.find((one) => one.kind === kind);
    return other === undefined ? [`nobody here knows the kind ${kind}`] : other.wrong(manifest, folder);
  }

  async #manifest(shown: Shown, folder: string): Promise<Manifest> {
    const file = join(folder, "manifest.json");
    await this.#restic.fetch(shown.manifest, "manifest.json", file);
    const text = readFileSync(file, "utf8");
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    if (digest !== shown.digest) throw new Error(`its manifest has the digest ${digest}, not ${shown.digest}`);
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.id !== shown.id) throw new Error(`its manifest is that of ${manifest.id}`);
    return manifest;
  }

  async #fetch({ snapshot, file, sha256, tree }: Part, folder: string): Promise<void> {
    const digest = await this.#restic.fetch(snapshot, file, join(folder, snapshot));
    const [found, named] = sha256 === undefined ? [await this.#restic.tree(snapshot), tree] : [digest, sha256];
    if (found !== named) throw new Error(`${file} has other bytes than its manifest says`);
  }

  async #database({ parts, body }: Manifest, folder: string): Promise<readonly string[]> {
    const [dump] = parts;
    if (dump === undefined || body.content === undefined) return ["its manifest names no dump or no content"];
    const name = `restored_${createHash("md5").update(dump.snapshot).digest("hex").slice(0, 12)}`;
    const url = Object.assign(new URL(this.#server.url), { pathname: `/${name}` }).href;
    const admin = await connected(this.#server.url);
    try {
      await admin.query(`drop database if exists ${name}`);
      await admin.query(`create database ${name}`);
      await run("pg_restore", ["--exit-on-error", "--no-owner", "--dbname", url, join(folder, dump.snapshot)]);
      return await differences(url, body.content.tables);
    } finally {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    }
  }
}

/** The truths of the source, and every table against the manifest: rows, and the sum of their hashes as docs/backups.md has it. */
async function differences(
  url: string,
  said: readonly { readonly table: string; readonly rows: number; readonly checksum: string }[],
): Promise<readonly string[]> {
  const client = await connected(url);
  try {
    const wrong: string[] = [];
    for (const [what, sql] of truths) {
      const { rows } = await client.query<{ holds: boolean }>(sql);
      if (rows[0]?.holds !== true) wrong.push(`it is not so that ${what}`);
    }
    const { rows: tables } = await client.query<{ name: string }>(
      "select table_schema || '.' || table_name as name from information_schema.tables where table_schema = 'public' order by 1",
    );
    const names = tables.map(({ name }) => name);
    if (
      names.join() !==
      said
        .map(({ table }) => table)
        .toSorted()
        .join()
    )
      wrong.push(`it holds ${names.join()}, and its manifest says ${said.map(({ table }) => table).join()}`);
    for (const { table, rows, checksum } of said) {
      const { rows: columns } = await client.query<{ list: string }>(
        `select string_agg(quote_ident(column_name), ', ' order by column_name collate "C") as list from information_schema.columns where table_schema || '.' || table_name = $1`,
        [table],
      );
      const { rows: sums } = await client.query<{ found: string }>(
        `select count(*) || ' row-hash-sum:' || coalesce(sum(hashtextextended(row(${columns[0]?.list})::text collate "C", 0)), 0) as found from ${table}`,
      );
      if (sums[0]?.found !== `${rows} ${checksum}`)
        wrong.push(`${table} is ${sums[0]?.found}, and its manifest says ${rows} ${checksum}`);
    }
    return wrong;
  } finally {
    await client.end();
  }
}

interface Entry {
  readonly key?: string;
  readonly sha256?: string;
  readonly pack?: number;
  readonly place?: number;
  readonly packs?: readonly Part[];
  readonly end?: number;
}

/** Unpacks every pack and holds each object against the list, and against what an object of its name holds. */
async function objectsIn({ packs, body }: Manifest, folder: string): Promise<readonly string[]> {
  if (body.list === undefined) return ["its manifest names no list"];
  const lines = readFileSync(join(folder, body.list.snapshot), "utf8").trim().split("\n");
  const [head, ...rest] = lines.map((line) => JSON.parse(line) as Entry);
  const entries = rest.filter(({ key }) => key !== undefined);
  if (rest.at(-1)?.end !== entries.length) return ["its list of objects is cut short"];
  for (const { snapshot, file } of packs) {
    if (!file.endsWith(".tar")) continue;
    mkdirSync(join(folder, "tar", snapshot), { recursive: true });
    await run("tar", ["-xf", join(folder, snapshot), "-C", join(folder, "tar", snapshot)]);
  }
  return entries.flatMap((entry) => wrongWith(entry, head?.packs ?? [], join(folder, "tar")));
}

function wrongWith(
  { key = "", sha256, pack = 0, place }: Entry,
  packs: readonly Part[],
  folder: string,
): readonly string[] {
  const [file] = globSync(join(folder, packs[pack]?.snapshot ?? "none", String(place), "**", "*.bin"));
  if (file === undefined) return [`${key} is in no pack`];
  const bytes = readFileSync(file);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) return [`${key} is not what the list says`];
  return isContentOf(key, bytes) ? [] : [`${key} is no object that ever was`];
}
