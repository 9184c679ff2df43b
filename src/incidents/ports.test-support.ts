import { Refusal } from "../access/refusal.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import type { Contact, Debt, IncidentPorts } from "./incident.ts";

export const testNow = instantOf(Date.UTC(2026, 10, 20, 12));
export const ada: Actor = { kind: "person", id: "oidc:ada", name: "Ada" };

export function minutesLater(minutes: number): Instant {
  return instantOf(Date.parse(testNow) + minutes * 60_000);
}

export interface TestPorts extends IncidentPorts {
  readonly entries: JournalDraft[];
  readonly notices: NoticeDraft[];
  readonly debts: Debt[];
}

/** Ports that keep what they are given. */
export function portsOf(contacts: readonly Partial<Contact>[] = []): TestPorts {
  const [entries, notices, debts]: [JournalDraft[], NoticeDraft[], Debt[]] = [[], [], []];
  return {
    entries,
    notices,
    debts,
    record: async (_, draft) => void entries.push(draft),
    notify: async (_, draft) => void notices.push(draft),
    owe: async (_, __, debt) => `debt-${debts.push(debt)}`,
    contacts: contacts.map((contact) => ({
      name: "Bo",
      address: "bo@example.org",
      environments: [],
      kinds: [],
      afterMinutes: 0,
      ...contact,
    })),
    reviewWithinDays: 7,
  };
}

/** What was done; a refusal fails the test with its words. */
export async function done<T>(work: Promise<T | Refusal>): Promise<T> {
  const result = await work;
  if (result instanceof Refusal) throw new Error(`refused: ${result.detail}`);
  return result;
}

/** The words of a refusal; anything else fails the test. */
export async function refused(work: Promise<unknown>): Promise<string> {
  const result = await work;
  if (result instanceof Refusal) return `${result.status} ${result.detail}`;
  throw new Error("it was not refused");
}

export async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await testStore();
  try {
    await work(store);
  } finally {
    await store.close();
  }
}
