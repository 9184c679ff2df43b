import type { Store } from "../store/store.ts";
import { type AuditInput, gather, judge } from "./audit.ts";
import { recordInventory } from "./store-inventory.ts";
import { recordAudit } from "./store-record.ts";
import type { FindingChange, Source } from "./store-write.ts";

/** Audits a repository, and keeps what was found and what it is made of. Returns what changed since the last look. */
export async function observeRepository(
  store: Store,
  input: AuditInput,
  source: Source,
): Promise<readonly FindingChange[]> {
  const evidence = await gather(input);
  const audit = judge(evidence, input);
  // Outside of the transaction: reading a repository takes longer than a lock should be held.
  return store.transaction(async (part) => {
    await recordInventory(part, source.id, evidence.repository);
    // A rule about changes has nothing to say of a state, so it did not run.
    const ran = input.rules.filter((rule) => !rule.needs.includes("change"));
    return recordAudit(part, audit, source, ran);
  });
}
