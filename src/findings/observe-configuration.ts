import type * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { invalidConfiguration, judgeConfiguration } from "./in-force.ts";
import { recordLook } from "./store-record.ts";
import type { FindingTables } from "./store-tables.ts";

/** A configuration that others write: a repository's `millwright.yaml`. */
export interface ConfigurationFile<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** `configuration:platform` */
  readonly source: string;
  /** As people call it: `millwright.yaml`. */
  readonly name: string;
  /** undefined: there is none. */
  readonly text: string | undefined;
  readonly revision?: string | undefined;
}

/**
 * Reads a configuration again: a valid one is in force from now on, over restarts too; what is wrong with another becomes
 * findings, which close once it is right. Returns what is in force; undefined where nothing valid was ever there.
 */
export async function observeConfiguration<Schema extends z.ZodType>(
  store: Store,
  file: ConfigurationFile<Schema>,
  now: Instant,
): Promise<z.output<Schema> | undefined> {
  return store.transaction(async (part) => {
    const tables = part.tables<FindingTables>();
    const kept = await tables
      .selectFrom("configuration_in_force")
      .select("text")
      .where("source", "=", file.source)
      .executeTakeFirst();
    const verdict = judgeConfiguration(file.schema, file.name, file.text, kept?.text);
    if (verdict.kind === "valid" && file.text !== undefined && file.text !== kept?.text) {
      const row = { text: file.text, revision: file.revision ?? null, since: now };
      await tables
        .insertInto("configuration_in_force")
        .values({ source: file.source, ...row })
        .onConflict((conflict) => conflict.column("source").doUpdateSet(row))
        .execute();
    }
    const look = { suppressed: [], unknown: [], ran: new Set([invalidConfiguration]), unread: [], blind: false };
    const findings = verdict.kind === "valid" ? [] : verdict.findings;
    await recordLook(part, { ...look, findings }, { id: file.source, revision: file.revision }, now);
    return verdict.kind === "valid" ? verdict.value : verdict.inForce;
  });
}
