import assert from "node:assert/strict";
import { test } from "node:test";
import { connection, heard, lost, onConnection } from "./connection.ts";

test("listeners hear of the loss and of the return once each, and the time of the last answer is kept", () => {
  const seen: boolean[] = [];
  const stop = onConnection(() => seen.push(connection().lost));

  heard(1000);
  lost();
  lost();
  assert.equal(connection().heardAt, 1000);
  heard(2000);
  heard(3000);
  stop();
  lost();

  assert.deepEqual(seen, [true, false]);
  assert.equal(connection().heardAt, 3000);
});
