import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../kernel/instant.ts";
import type { JournalDraft } from "../platform/record.ts";
import { testStore } from "../store/test-support.ts";
import { followRenewals, listRenewals } from "./renewals.ts";
import { lastTurns } from "./store-duties.ts";

const at = (day: string): Instant => `${day}T00:00:00.000Z` as Instant;

test("a certificate's renewal is due at its time, overdue after it, and done by itself once the new one is seen", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const journal: JournalDraft[] = [];
  const look = (now: string, ends: string, due: string, overdue: string): Promise<void> =>
    followRenewals(
      store,
      [
        {
          duty: "renew/production/mlops/mlflow",
          title: "Renew it",
          environment: "production",
          dueAt: at(due),
          overdueAt: at(overdue),
          endsAt: at(ends),
        },
      ],
      at(now),
      async (_, draft) => void journal.push(draft),
    );
  const turns = async () =>
    (await lastTurns(store, undefined, 9)).map(({ due_at, state }) => `${due_at.slice(0, 10)} ${state}`);

  await look("2026-11-20", "2027-01-20", "2026-12-20", "2026-12-21");
  assert.deepEqual(await turns(), []);
  assert.equal((await listRenewals(store))[0]?.due_at, at("2026-12-20"), "it stands in the list before its time");
  await look("2026-12-20", "2027-01-20", "2026-12-20", "2026-12-21");
  assert.deepEqual(await turns(), ["2026-12-20 due"]);
  await look("2026-12-22", "2027-01-20", "2026-12-20", "2026-12-21");
  assert.deepEqual(await turns(), ["2026-12-20 overdue"]);
  await look("2026-12-23", "2027-01-21", "2026-12-20", "2026-12-21");
  assert.deepEqual(await turns(), ["2026-12-20 overdue"], "a day more or less is the same end");

  await look("2026-12-24", "2027-03-24", "2027-02-22", "2027-02-23");
  assert.deepEqual(await turns(), ["2026-12-20 done"]);
  const [turn] = await lastTurns(store, undefined, 1);
  assert.match(turn?.evidence?.text ?? "", /new one is seen: it ends at 2027-03-24/);
  assert.deepEqual(
    journal.map(({ kind, task }) => [kind, task]),
    [["attestation", "Done: Renew it"]],
  );
  assert.equal((await listRenewals(store))[0]?.due_at, at("2027-02-22"));
});
