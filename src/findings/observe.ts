import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { type AuditInput, gather, judge } from "./audit.ts";
import type { Finding } from "./finding.ts";
import type { FindingEventKind, Look } from "./life-cycle.ts";
import { recordInventory } from "./store-inventory.ts";
import { recordAudit, recordLook } from "./store-record.ts";
import type { FindingChange, Source } from "./store-write.ts";

/** Told of findings that are open now and were not, or are of another severity, in the transaction that keeps them. */
export type Opened = (store: Store, findings: readonly Finding[], now: Instant) => Promise<void>;

const news: ReadonlySet<FindingEventKind> = new Set(["opened", "reopened", "severity-changed"]);

/** Keeps what a look showed, and tells of what is open anew. Returns what changed since the last look. */
export async function recordNews(
  store: Store,
  look: Look,
  source: Source,
  now: Instant,
  opened: Opened | undefined,
): Promise<readonly FindingChange[]> {
  return store.transaction(async (part) => {
    const changes = await recordLook(part, look, source, now);
    await tellNews(part, look.findings, changes, now, opened);
    return changes;
  });
}

async function tellNews(
  store: Store,
  findings: readonly Finding[],
  changes: readonly FindingChange[],
  now: Instant,
  opened: Opened | undefined,
): Promise<void> {
  const ids = new Set(changes.filter(({ kind }) => news.has(kind)).map(({ id }) => id));
  const found = findings.filter(({ id }) => ids.has(id));
  if (found.length > 0) await opened?.(store, found, now);
}

/** Audits a repository, and keeps what was found and what it is made of. Returns what changed since the last look. */
export async function observeRepository(
  store: Store,
  input: AuditInput,
  source: Source,
  opened?: Opened,
): Promise<readonly FindingChange[]> {
  const evidence = await gather(input);
  const audit = judge(evidence, input);
  // Outside of the transaction: reading a repository takes longer than a lock should be held.
  return store.transaction(async (part) => {
    await recordInventory(part, source.id, evidence.repository);
    // A rule about changes has nothing to say of a state, so it did not run.
    const ran = input.rules.filter((rule) => !rule.needs.includes("change"));
    const changes = await recordAudit(part, audit, source, ran);
    await tellNews(part, audit.findings, changes, audit.at, opened);
    return changes;
  });
}
