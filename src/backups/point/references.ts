import type { SourceDatabase } from "../../kernel/backup-ports.ts";
import { messageOf } from "../../kernel/errors.ts";
import type { StoreReference, System } from "../../systems/contract.ts";
import { recognise, tablesOf } from "../proof/inspect.ts";
import { quoteName } from "../proof/throw-away.ts";

/** What one question about a point came to. */
export interface PointCheck {
  readonly id: string;
  readonly what: string;
  readonly state: "passed" | "failed" | "unknown";
  /** How many rows name something. */
  readonly asked: number;
  /** The first of those that are not there, or why it cannot be told. */
  readonly why: readonly string[];
}

interface Asked {
  readonly reference: Pick<StoreReference, "id" | "what" | "names">;
  /** Rows that name something, by name and location. */
  readonly rows: Set<string>;
  /** By location, the name for a person; what was seen is taken out. */
  readonly missing: Map<string, string>;
  readonly unclear: Set<string>;
}

const shownMissing = 20;

/**
 * What rows of restored databases name in object stores, and which of it was seen there. A bucket may keep an application's keys
 * below a prefix of its own: a key that ends with the location, after a slash, is what it names.
 */
export class References {
  readonly #asked = new Map<string, Asked>();

  /**
   * Asks a restored database what the systems' facets say; to be called before it is thrown away. What several databases are asked
   * is one question: two backups of one database name the same.
   */
  async ask(db: Pick<SourceDatabase, "query">, systems: readonly System[]): Promise<void> {
    const tables = await tablesOf(db);
    const { store, schema } = recognise(tables, systems);
    if (store === undefined || schema === undefined) return;
    const here = new Set(tables.flatMap((one) => (one.schema === schema ? [one.name] : [])));
    for (const reference of store.references ?? []) {
      if (!reference.tables.every((table) => here.has(table))) continue;
      const known = this.#asked.get(reference.id) ?? {
        reference,
        rows: new Set(),
        missing: new Map(),
        unclear: new Set(),
      };
      this.#asked.set(reference.id, known);
      await askOne(db, reference, schema, known);
    }
  }

  /** An object that a backup of the same point holds. */
  see(key: string): void {
    for (const tail of tailsOf(key)) {
      for (const { reference, missing } of this.#asked.values()) {
        if (missing.size === 0) continue;
        if (reference.names === "object") missing.delete(tail);
        else for (const folder of foldersOf(tail)) missing.delete(folder);
      }
    }
  }

  /** What the questions came to, once every key was seen; `lists`: whether any backup of the point lists its objects. */
  checks(lists: boolean): readonly PointCheck[] {
    return [...this.#asked.values()].map(({ reference: { id, what }, missing, unclear, rows }) => {
      const asked = rows.size;
      const result = (state: PointCheck["state"], why: readonly string[]): PointCheck => ({
        id,
        what,
        state,
        asked,
        why,
      });
      if (asked === 0 && unclear.size === 0) return result("passed", []);
      if (!lists) return result("unknown", [...unclear, "no backup of this point lists the objects that rows name"]);
      if (missing.size > 0)
        return result("failed", [
          `${missing.size} of ${asked} are in no backup of this point`,
          ...[...missing].slice(0, shownMissing).map(([location, name]) => `${name}: ${location}`),
        ]);
      return unclear.size > 0 ? result("unknown", [...unclear].slice(0, shownMissing)) : result("passed", []);
    });
  }
}

async function askOne(
  db: Pick<SourceDatabase, "query">,
  reference: StoreReference,
  schema: string,
  { rows, missing, unclear }: Asked,
): Promise<void> {
  try {
    await db.query("begin read only");
    await db.query(`set local search_path = ${quoteName(schema)}, pg_catalog`);
    for (const row of await db.query(reference.query)) {
      const [name, location] = [textOf(row["name"]), textOf(row["location"])];
      rows.add(`${name}\0${location}`);
      const path = pathOf(location);
      if (path === undefined) unclear.add(`${name}: ${location} is in no object store`);
      else missing.set(path, name);
    }
  } catch (thrown) {
    unclear.add(messageOf(thrown));
  } finally {
    await db.query("rollback");
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

/** The key that a location ends with: `s3://bucket/1/run/model`, `mlflow-artifacts:/1/run/model`, or a key itself. */
function pathOf(location: string): string | undefined {
  const [, scheme, rest = location] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(location) ?? [];
  if (scheme === "file" || location.startsWith("/")) return undefined;
  const path = rest.replace(/^\/\/[^/]*/, "").replace(/^\/+|\/+$/g, "");
  return path === "" || path.includes("\0") ? undefined : path;
}

function* tailsOf(key: string): Generator<string> {
  yield key;
  for (let at = key.indexOf("/"); at !== -1; at = key.indexOf("/", at + 1)) yield key.slice(at + 1);
}

function* foldersOf(key: string): Generator<string> {
  for (let at = key.indexOf("/"); at !== -1; at = key.indexOf("/", at + 1)) yield key.slice(0, at);
}
