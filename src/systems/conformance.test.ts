import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { auditExample, brokenExamples, type Knowledge } from "../findings/examples.ts";
import type { Example, Rule, RuleGroup, System } from "./contract.ts";
import { systems } from "./index.ts";
import { notShown } from "./not-shown.ts";

const knowledge: Knowledge = { systems, judgeMove: () => ({ kind: "legal" }) };

const groups: readonly RuleGroup[] = [
  "pinning",
  "end-of-life",
  "kubernetes",
  "gitlab",
  "mlflow",
  "sharinghub",
  "argocd",
  "postgresql",
  "secrets",
  "terraform",
  "scripts",
  "ownership",
  "backups",
];

const rules = systems.flatMap((system) => system.rules ?? []);

test("each folder is a system of the list, and each system of the list has its folder", () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "facts")
    .map(({ name }) => name);

  assert.deepEqual(systems.map(({ id }) => id).sort(), folders.sort());
});

test("no chart, image, repository or API group belongs to two systems", () => {
  const owners = new Map<string, string>();
  for (const system of systems) {
    for (const trace of tracesOf(system)) {
      assert.equal(owners.get(trace), undefined, `${trace}: ${owners.get(trace)} and ${system.id}`);
      owners.set(trace, system.id);
    }
  }
});

test("traces are in lower case and not empty", () => {
  for (const system of systems) {
    const traces = tracesOf(system);
    assert.ok(traces.length > 0, system.id);
    for (const trace of traces) assert.equal(trace, trace.toLowerCase());
  }
});

function tracesOf({ recognition }: System): readonly string[] {
  const { charts = [], images = [], repositories = [], apiGroups = [], values = [] } = recognition;
  return [
    ...charts.map((name) => `chart ${name}`),
    ...images.map((name) => `image ${name}`),
    ...repositories.map((name) => `repository ${name}`),
    ...apiGroups.map((name) => `group ${name}`),
    ...values.map((paths) => `values ${paths.join(" ").toLowerCase()}`),
  ];
}

test("what a system keeps is named once, each of its databases is among it, and it is said where that is known from", () => {
  for (const { id: system, keeps = [], stores = [] } of systems) {
    const ids = keeps.map(({ id }) => id);
    assert.deepEqual([...new Set(ids)], ids, system);
    for (const { id } of stores) assert.ok(ids.includes(id), `${system}/${id}`);
    for (const { id, title, sources } of keeps) {
      assert.match(id, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(title.length > 5 && sources.every((source) => source.length > 10), `${system}/${id}`);
    }
  }
});

test("rule ids are unique and begin with their group", () => {
  const seen = new Set<string>();
  for (const rule of rules) {
    assert.ok(!seen.has(rule.id), rule.id);
    seen.add(rule.id);
    assert.ok(groups.includes(rule.group), rule.id);
    assert.ok(rule.id.startsWith(`${rule.group}-`), `${rule.id} is in ${rule.group}`);
    assert.match(rule.id, /^[a-z0-9]+(-[a-z0-9]+)+$/);
  }
});

test("every rule says why, where that is known from, and what to do", () => {
  for (const rule of rules) {
    assert.ok(rule.why.length > 60, rule.id);
    assert.ok(rule.fix.length > 15, rule.id);
    assert.ok(rule.sources.length > 0 && rule.sources.every((source) => source.length > 10), rule.id);
    assert.ok(rule.title.length < 80, rule.id);
  }
});

for (const rule of rules) {
  test(`${rule.id} does on its examples what its page says`, async () => {
    assert.deepEqual(await brokenExamples(rule, knowledge), []);
  });
}

test("no rule has anything to say about an empty repository, nor about one of other things", async () => {
  const files = {
    "README.md": "# a library\n",
    "src/index.ts": "export const answer = 42;\n",
    "package.json": '{"name": "library", "version": "1.0.0"}\n',
    "config.yaml": "config: text\ngunicorn: none\nenabled: true\n",
  };
  for (const rule of rules) {
    for (const tree of [{}, files]) {
      const { findings, unknown, problems } = await auditExample({ name: "other", files: tree }, rule, knowledge);
      assert.deepEqual([findings, unknown, problems], [[], [], []], rule.id);
    }
  }
});

test("a trap without a rule says why no repository shows it and what would", () => {
  for (const { trap, source, why, whatWouldTell } of notShown) {
    for (const text of [trap, source, why, whatWouldTell]) assert.ok(text.length > 10, trap);
  }
  assert.equal(new Set(notShown.map(({ trap }) => trap)).size, notShown.length);
});

test("Windows line ends change no verdict", async () => {
  for (const rule of rules) {
    for (const example of examplesOf(rule)) {
      const rewritten = { ...example, files: withLineEnds(example.files), ...beforeOf(example) };

      assert.deepEqual(
        await verdictsOn(rule, rewritten),
        await verdictsOn(rule, example),
        `${rule.id}: ${example.name}`,
      );
    }
  }
});

test("no rule breaks on what the examples of the others show", async () => {
  const all = rules.flatMap(examplesOf).map(({ files }, index) =>
    Object.entries(files)
      .filter(([path]) => path !== "millwright.yaml")
      .map(([path, text]) => [`${index}/${path}`, text] as const),
  );
  const example: Example = { name: "everything", files: Object.fromEntries(all.flat()) };

  for (const rule of rules.filter(({ needs }) => !needs.includes("change"))) {
    const { problems } = await auditExample(example, rule, knowledge);
    assert.deepEqual(
      problems.filter(({ reason }) => reason.startsWith("rule ")),
      [],
      rule.id,
    );
  }
});

function examplesOf({ examples }: Rule): readonly Example[] {
  return [...examples.failing, ...examples.passing, ...(examples.unknown ?? [])];
}

function withLineEnds(files: Example["files"]): Example["files"] {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]));
}

function beforeOf({ before }: Example): Pick<Example, "before"> {
  return before === undefined ? {} : { before: withLineEnds(before) };
}

async function verdictsOn(rule: Rule, example: Example): Promise<readonly string[]> {
  const { findings, unknown } = await auditExample(example, rule, knowledge);
  return [...findings, ...unknown].map(({ id }) => id).sort();
}
