import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import type { System } from "../../../systems/contract.ts";
import { recognise, schemaHeadOf, tablesOf } from "../../proof/inspect.ts";
import type { Content } from "./body.ts";

/**
 * What a person has to know where a backup's schema is not the one that is there now: an application of another version would find
 * it. Nothing to say where both are the same, and where no system is known that says which one it is.
 */
export async function schemaNotes(
  db: Pick<SourceDatabase, "query">,
  name: string,
  said: Content["schemaHead"],
  systems: readonly System[],
): Promise<readonly string[]> {
  const { system, store, schema } = recognise(await tablesOf(db), systems);
  if (system === undefined) return said === undefined ? [] : [otherWords(said, `${name} has none that is known`)];
  const head = await schemaHeadOf(db, store, schema);
  if (head.kind === "known") return knownNotes(name, said, head.value, system);
  if (said === undefined) return [];
  const there = head.kind === "absent" ? `${name} has none` : `that of ${name} could not be read: ${head.why}`;
  return [otherWords(said, there)];
}

function knownNotes(name: string, said: Content["schemaHead"], head: string, system: System): readonly string[] {
  if (said?.system !== system.id) return [otherWords(said, `${name} has ${head} of ${system.title} now`)];
  return said.head === head ? [] : [otherWords(said, `${name} has ${head} now`)];
}

function otherWords(said: Content["schemaHead"], there: string): string {
  const was =
    said === undefined ? "the backup has no schema head that is known" : `the backup has the schema head ${said.head}`;
  return `${was}, and ${there}: the application must be of the version that made the backup, or bring it up by its own migration`;
}
