import assert from "node:assert/strict";
import { test } from "node:test";
import type { Content } from "./body.ts";
import { compareContent } from "./compare.ts";

const whole: Content = {
  tables: [
    { table: "public.runs", rows: 3, checksum: "row-hash-sum:7" },
    { table: "public.tags", rows: 0, checksum: "row-hash-sum:0" },
  ],
  sequences: [
    { name: "public.ids", last: "5", called: true, until: "9" },
    { name: "public.quiet", last: "5", called: true, until: "5" },
    { name: "public.round", last: "90", called: true, until: "10" },
  ],
  constraints: [{ name: "public.runs.runs_pkey", definition: "PRIMARY KEY (id)" }],
  objects: { indexes: 2, views: 1, "partitioned tables": 1, functions: 1, triggers: 1, policies: 1 },
  extensions: [{ name: "pg_trgm", version: "1.6" }],
  largeObjects: { count: 2, checksum: "object-hash-sum:4" },
  schemaHead: { system: "mlflow", head: "acf3f17fdcc7" },
  owned: [
    { kind: "column", name: "public.runs.name", grants: [{ role: "reader", may: "SELECT" }] },
    { kind: "function", name: "public.f(integer)", owner: "app", grants: [{ role: "", may: "no EXECUTE" }] },
    { kind: "schema", name: "archive", owner: "admin" },
    { kind: "schema", name: "public" },
    { kind: "table", name: "public.runs", owner: "app", grants: [{ role: "reader", may: "SELECT" }] },
    { kind: "table", name: "public.tags", owner: "app" },
  ],
};

const nobody = { owners: new Set<string>(), grantees: new Set<string>() };
const compared = (found: Content, { said = whole, sameMajor = true, ungiven = nobody } = {}) =>
  compareContent(said, found, { sameMajor, ungiven });
const owned = (change: (one: NonNullable<Content["owned"]>[number]) => object | undefined): Content => ({
  ...whole,
  owned: (whole.owned ?? []).flatMap((one) => {
    const changed = change(one);
    return changed === undefined ? [] : [{ ...one, ...changed }];
  }),
});
const sequence = (name: string, change: object): Content => ({
  ...whole,
  sequences: whole.sequences.map((one) => (one.name === name ? { ...one, ...change } : one)),
});
const table = (name: string, change: object): Content => ({
  ...whole,
  tables: whole.tables.map((one) => (one.table === name ? { ...one, ...change } : one)),
});

const differences: readonly (readonly [what: string, found: Content, words: readonly string[]])[] = [
  ["a table that is missing", { ...whole, tables: whole.tables.slice(1) }, ["the table public.runs is missing"]],
  [
    "a table that was not there",
    { ...whole, tables: [...whole.tables, { table: "public.new", rows: 0, checksum: "" }] },
    ["the table public.new is there and was not"],
  ],
  ["rows that are missing", table("public.runs", { rows: 2 }), ["public.runs has 2 rows, and had 3"]],
  [
    "as many rows, and others",
    table("public.runs", { checksum: "row-hash-sum:8" }),
    ["the rows of public.runs are others than were backed up"],
  ],
  [
    "a sequence that is missing",
    { ...whole, sequences: whole.sequences.slice(1) },
    ["the sequence public.ids is missing"],
  ],
  [
    "a sequence that stands before all that was seen",
    sequence("public.ids", { last: "4" }),
    ["the sequence public.ids stands at 4, and stood at 5"],
  ],
  [
    "a sequence that stands behind all that was seen",
    sequence("public.ids", { last: "10" }),
    ["the sequence public.ids stands at 10, and stood at 5"],
  ],
  [
    "a sequence that went round, and stands in between",
    sequence("public.round", { last: "50" }),
    ["the sequence public.round stands at 50, and stood at 90"],
  ],
  [
    "a sequence whose next number is another",
    sequence("public.quiet", { called: false }),
    ["the sequence public.quiet gives another number next"],
  ],
  ["a constraint that is missing", { ...whole, constraints: [] }, ["the constraint public.runs.runs_pkey is missing"]],
  [
    "a constraint that is another",
    { ...whole, constraints: [{ name: "public.runs.runs_pkey", definition: "PRIMARY KEY (name)" }] },
    ["the constraint public.runs.runs_pkey is PRIMARY KEY (name), and was PRIMARY KEY (id)"],
  ],
  ...Object.entries(whole.objects).map(
    ([kind, count]) =>
      [
        `fewer ${kind}`,
        { ...whole, objects: { ...whole.objects, [kind]: count - 1 } },
        [`${count - 1} ${kind} came back of ${count}`],
      ] as const,
  ),
  [
    "a kind of objects of which none is left",
    { ...whole, objects: { indexes: 2, views: 1, "partitioned tables": 1, functions: 1, triggers: 1 } },
    ["0 policies came back of 1"],
  ],
  ["an extension that is missing", { ...whole, extensions: [] }, ["the extension pg_trgm is missing"]],
  [
    "large objects that are missing",
    { ...whole, largeObjects: { count: 1, checksum: "object-hash-sum:4" } },
    ["1 large objects came back of 2"],
  ],
  [
    "large objects that are others",
    { ...whole, largeObjects: { count: 2, checksum: "object-hash-sum:5" } },
    ["the large objects are others than were backed up"],
  ],
  [
    "another schema head",
    { ...whole, schemaHead: { system: "mlflow", head: "5b0e9adcef9c" } },
    ["the schema's head is 5b0e9adcef9c, and was acf3f17fdcc7"],
  ],
  ["no schema head", { ...whole, schemaHead: undefined }, ["the schema's head is none, and was acf3f17fdcc7"]],
  [
    "owners that are others, told once",
    owned(({ owner }) => (owner === "app" ? { owner: "restorer" } : {})),
    ["function public.f(integer), table public.runs, table public.tags: belongs to restorer, and belonged to app"],
  ],
  [
    "a schema that is missing",
    owned(({ name }) => (name === "archive" ? undefined : {})),
    ["the schema archive is missing"],
  ],
  [
    "grants that are missing, told once",
    owned(() => ({ grants: undefined })),
    [
      "column public.runs.name, table public.runs: SELECT for reader did not come back",
      "function public.f(integer): no EXECUTE for everybody did not come back",
    ],
  ],
  [
    "a column that nobody may read any more",
    owned(({ kind }) => (kind === "column" ? undefined : {})),
    ["column public.runs.name: SELECT for reader did not come back"],
  ],
  [
    "a grant that was not there",
    owned(({ name }) => (name === "public.tags" ? { grants: [{ role: "", may: "SELECT" }] } : {})),
    ["table public.tags: SELECT for everybody was not there"],
  ],
  [
    "a grant of a column that was not there",
    {
      ...whole,
      owned: [
        ...(whole.owned ?? []),
        { kind: "column", name: "public.tags.a", grants: [{ role: "x", may: "UPDATE" }] },
      ],
    },
    ["column public.tags.a: UPDATE for x was not there"],
  ],
];

test("what came back as it was has no difference, and nothing to note", () => {
  assert.deepEqual(compared(whole), { differences: [], notes: [] });
});

for (const [what, found, words] of differences)
  test(`it is a difference: ${what}`, () => {
    assert.deepEqual(compared(found), { differences: words, notes: [] });
  });

test("a sequence may stand where one stood while the dump ran, also one that went round", () => {
  for (const last of ["5", "7", "9"]) assert.deepEqual(compared(sequence("public.ids", { last })).differences, []);
  for (const last of ["95", "90", "1", "10"])
    assert.deepEqual(compared(sequence("public.round", { last })).differences, []);
});

test("an extension of another version is noted, and no difference", () => {
  assert.deepEqual(compared({ ...whole, extensions: [{ name: "pg_trgm", version: "1.7" }] }), {
    differences: [],
    notes: ["the extension pg_trgm is 1.7 here, and was 1.6"],
  });
});

test("in another major a definition may be written otherwise, and a grant of all be of more; what is missing is missing", () => {
  const found: Content = {
    ...owned(({ name, grants = [] }) =>
      name === "public.runs" ? { grants: [...grants, { role: "reader", may: "MAINTAIN" }] } : {},
    ),
    constraints: [{ name: "public.runs.runs_pkey", definition: "PRIMARY KEY (id) " }],
  };

  assert.deepEqual(compared(found, { sameMajor: false }), { differences: [], notes: [] });
  assert.deepEqual(compared({ ...found, owned: whole.owned }, { sameMajor: false }).differences, []);
  assert.deepEqual(compared({ ...found, constraints: [] }, { sameMajor: false }).differences, [
    "the constraint public.runs.runs_pkey is missing",
  ]);
  assert.deepEqual(
    compared(
      owned(() => ({ grants: undefined })),
      { sameMajor: false },
    ).differences.length,
    2,
  );
});

test("what roles could not get on that server is noted, and of others a difference", () => {
  const found = owned(({ kind }) => (kind === "schema" ? { owner: "app" } : { owner: "restorer", grants: undefined }));
  const { differences: left, notes } = compared(found, {
    ungiven: { owners: new Set(["admin"]), grantees: new Set(["reader"]) },
  });

  assert.deepEqual(notes, [
    "column public.runs.name, table public.runs: SELECT for reader did not come back",
    "schema archive: belongs to app, and belonged to admin",
  ]);
  assert.match(left.join("; "), /belongs to restorer, and belonged to app/);
  assert.match(left.join("; "), /no EXECUTE for everybody did not come back/);
});

test("of what has another's owner by need, an owner's own grants are noted", () => {
  const one = { kind: "table", name: "public.runs", owner: "admin", grants: [{ role: "app", may: "SELECT" }] };
  const said = { ...whole, owned: [one] };
  const found = { ...whole, owned: [{ kind: "table", name: "public.runs", owner: "app" }] };

  assert.deepEqual(compared(found, { said, ungiven: { ...nobody, owners: new Set(["admin"]) } }).differences, []);
  assert.equal(compared(found, { said }).differences.length, 2);
});

test("more than three things of one kind are counted", () => {
  const many = (owner: string): Content => ({
    ...whole,
    owned: [1, 2, 3, 4, 5].map((number) => ({ kind: "view", name: `public.v${number}`, owner })),
  });

  assert.deepEqual(compared(many("b"), { said: many("a") }).differences, [
    "view public.v1, view public.v2, view public.v3, 2 others: belongs to b, and belonged to a",
  ]);
});

test("a manifest that does not say whose what was is compared without it", () => {
  const { owned: _, ...said } = whole;

  assert.deepEqual(compared(whole, { said }), { differences: [], notes: [] });
});
