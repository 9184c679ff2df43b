import assert from "node:assert/strict";
import { complaintsOf } from "./compare.ts";
import type { Fixture } from "./fixtures.ts";

/** Sends a fixture's request to a stand-in and holds the answer against it. */
export async function holdAgainst(url: string, fixture: Fixture): Promise<void> {
  assert.deepEqual(await complaintsOf(url, fixture), []);
}

/** What every folder of fixtures must be: each has a source, and says whether it was compared. */
export function assertSourced(fixtures: readonly Fixture[]): void {
  assert.ok(fixtures.length > 5);
  for (const { id, source, compared, never } of fixtures) {
    assert.match(source, /@|\d+\.\d+|docs|facts|https?:/, `${id}: a source names a file and its revision`);
    assert.notEqual(compared === undefined, never === undefined, id);
  }
}
