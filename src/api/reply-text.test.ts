import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as z from "zod";
import { replyText } from "./reply-text.ts";

const Row = z.object({
  name: z.string(),
  version: z.string().nullable(),
  note: z.string().optional(),
  parts: z.array(z.object({ id: z.number().int(), tags: z.array(z.string()).optional() })),
});
const Reply = z.object({
  at: z.string().default("now"),
  total: z.number().optional(),
  items: z.array(Row),
  few: z.array(z.string()).max(3),
  loose: z.looseObject({ list: z.array(z.number()) }),
  kinds: z.record(z.string(), z.array(z.number())),
});

const row = fc.record(
  {
    name: fc.string(),
    version: fc.option(fc.string()),
    note: fc.string(),
    parts: fc.array(
      fc.record({ id: fc.integer(), tags: fc.array(fc.string()), secret: fc.string() }, { requiredKeys: ["id"] }),
    ),
    "not in the schema": fc.string(),
  },
  { requiredKeys: ["name", "version", "parts"] },
);
const reply = fc.record(
  {
    at: fc.string(),
    total: fc.nat(),
    items: fc.array(row),
    few: fc.array(fc.string(), { maxLength: 3 }),
    loose: fc.record({ list: fc.array(fc.integer()), more: fc.string() }),
    kinds: fc.dictionary(fc.string(), fc.array(fc.integer())),
    hidden: fc.string(),
  },
  { requiredKeys: ["items", "few", "loose", "kinds"] },
);

test("what is written in turns is what is written at once", async () => {
  await fc.assert(
    fc.asyncProperty(reply, async (value) => {
      assert.equal(await replyText(Reply, value), JSON.stringify(Reply.parse(value)));
    }),
    { numRuns: 200 },
  );
  assert.equal(await replyText(z.object({ none: z.array(z.string()).optional() }), {}), "{}");
  assert.equal(await replyText(z.undefined(), undefined), "null");
});

test("what the schema does not hold fails, however deep it stands", async () => {
  const good = { items: [], few: [], loose: { list: [] }, kinds: {} };
  const bad = [
    null,
    { ...good, items: undefined },
    { ...good, few: ["a", "b", "c", "d"] },
    { ...good, items: [{ name: "a", version: null, parts: [{ id: "1" }] }] },
  ];

  for (const value of bad) await assert.rejects(replyText(Reply, value), z.ZodError);
});

test("a long reply lets others have their turn", async () => {
  const items = Array.from({ length: 60_000 }, (_, index) => ({
    name: `n${index}`,
    version: null,
    parts: [{ id: index }],
  }));
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 0);

  await replyText(z.object({ items: z.array(Row) }), { items });
  clearInterval(timer);

  assert.ok(turns > 1, `${turns} turns`);
});
