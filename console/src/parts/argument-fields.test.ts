import assert from "node:assert/strict";
import { test } from "node:test";
import { argumentsOf, fieldsOf, initialOf, missingIn, type Schema } from "./argument-fields.ts";

const schema: Schema = {
  type: "object",
  properties: {
    title: { type: "string", maxLength: 200 },
    kind: { type: "string", enum: ["deployment", "daemonset"], default: "deployment" },
    items: { type: "array", items: { type: "object", properties: { title: { type: "string" } }, required: ["title"] } },
    audience: { type: "array", items: { type: "string" } },
    measured: {
      type: "object",
      properties: {
        component: { type: "string" },
        beforeMinutes: { type: "integer", minimum: 1, maximum: 1440, default: 60 },
      },
      required: ["component"],
    },
    anything: {},
  },
  required: ["title", "items"],
};
const fields = fieldsOf(schema);

test("a form is made of a procedure's arguments, in their order", () => {
  assert.deepEqual(
    fields.map(({ label, required, asking }) => [label, required, asking.kind]),
    [
      ["Title", true, "text"],
      ["Kind", false, "choice"],
      ["Items", true, "rows"],
      ["Audience", false, "lines"],
      ["Measured", false, "group"],
      ["Anything", false, "json"],
    ],
  );
});

test("it begins with the presets and one row of what is required; what is optional is left out", () => {
  assert.deepEqual(initialOf(fields), { kind: "deployment", items: [{}] });
});

test("what was left empty is not sent, and blank lines are none", () => {
  const typed = { title: " Round ", items: [{ title: "Look" }], audience: ["ops", " ", "leads "], anything: undefined };

  assert.deepEqual(argumentsOf(fields, typed), {
    title: "Round",
    items: [{ title: "Look" }],
    audience: ["ops", "leads"],
  });
});

test("what is required and empty is named before anybody is asked, in rows and groups too", () => {
  assert.deepEqual(missingIn(fields, argumentsOf(fields, { items: [] })), ["Title", "Items"]);
  assert.deepEqual(
    missingIn(fields, argumentsOf(fields, { title: "a", items: [{}, {}], measured: { beforeMinutes: 5 } })),
    ["Title", "Component"],
  );
  assert.deepEqual(missingIn(fields, { title: "a", items: [{ title: "b" }] }), []);
});
