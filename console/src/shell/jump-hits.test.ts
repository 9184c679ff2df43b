import assert from "node:assert/strict";
import { test } from "node:test";
import { askedOf, targetsOf } from "./jump-hits.ts";

test("what was found says what it is, how it stands and where", () => {
  const hit = { id: "1", cli: "millwright run show 1", route: "/runs/1", title: "Restart of hub", says: "running" };

  assert.deepEqual(targetsOf([{ ...hit, kind: "run", environment: "production" }]), [
    { title: "Restart of hub", path: "/runs/1", icon: "runs", says: "run, running, production" },
  ]);
  assert.equal(targetsOf([{ ...hit, kind: "work", environment: null, says: "" }])[0]?.says, "work order");
});

test("one letter is asked of nobody", () => {
  assert.equal(askedOf(" a "), undefined);
  assert.equal(askedOf(" gi "), "gi");
  assert.equal(askedOf("x".repeat(300))?.length, 200);
});
