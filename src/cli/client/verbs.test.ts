import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { jsonSchema, optionName, type Verb, type VerbField, verbOf } from "../../access/verb.ts";
import { routes } from "../../api/routes.ts";
import { valuesOf } from "../../api/schema-values.test-support.ts";
import { verbs } from "../../api/verbs.ts";
import type { HttpRequest } from "../../kernel/ports.ts";
import { nouns } from "../commands/remote.ts";
import { millwright, type Said } from "../shell.test-support.ts";

const token = `mw_${"0".repeat(16)}_${"s".repeat(43)}`;

interface Asked {
  readonly url: string;
  readonly request: HttpRequest;
}

/** What every file holds. */
const secret = "a secret of a file";

/** Runs the command line against a server that answers everything with the same. */
async function run(
  args: readonly string[],
  answer: { readonly status: number; readonly body: string } = { status: 200, body: "{}" },
  variables: Readonly<Record<string, string>> = { MILLWRIGHT_TOKEN: token },
): Promise<{ readonly said: Said; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const said = await millwright("/", args, {
    variable: (name) => variables[name],
    uniqueId: () => "unique",
    readText: async () => secret,
    http: {
      fetch: async (url, request = {}) => {
        asked.push({ url, request });
        return { ...answer, headers: {} };
      },
    },
    async *follow(url) {
      asked.push({ url, request: {} });
      yield '{"n":1}';
    },
  });
  return { said, asked };
}

test("every noun of the API is one of the command line, and the other way round", () => {
  const inApi = new Set(verbs.map(({ words }) => words[0]));
  assert.deepEqual(inApi, new Set<string | undefined>(nouns));
});

/** A value of a field as a test writes it; ids by their own pattern. */
function sampleOf(field: VerbField, verb: Verb): unknown {
  if (field.type === "secret") return secret;
  const route = routes[verbs.indexOf(verb)];
  const schema = field.in === "params" ? route?.params : field.in === "query" ? route?.query : bodyOf(route);
  const properties = schema === undefined ? {} : (jsonSchema(schema, "input")["properties"] as Record<string, object>);
  return fc.sample(valuesOf({ ...properties[field.name] }), { numRuns: 1, seed: 7 })[0];
}

function bodyOf(route: (typeof routes)[number] | undefined) {
  return route?.kind === "answer" ? route.body : undefined;
}

function writtenOf(field: VerbField, value: unknown): readonly string[] {
  if (field.type === "secret") return ["@-"];
  if (field.type === "list") return (value as readonly string[]).map(String);
  if (field.type === "record") return Object.entries(value as object).map(([key, text]) => `${key}=${String(text)}`);
  return [typeof value === "string" ? value : JSON.stringify(value)];
}

for (const verb of verbs) {
  test(`millwright ${verb.words.join(" ")} asks ${verb.method} ${verb.path} and nothing else`, async () => {
    const needed = verb.fields.filter(({ required }) => required);
    const values = new Map<VerbField, unknown>(
      needed.map((field) => {
        const sample = sampleOf(field, verb);
        return [field, field.type === "text" && !field.choices && String(sample).trim() === "" ? "x" : sample];
      }),
    );
    const positionals = needed
      .filter(({ positional }) => positional)
      .flatMap((field) => writtenOf(field, values.get(field)));
    const options = needed
      .filter(({ positional }) => !positional)
      .flatMap((field) => {
        const texts = writtenOf(field, values.get(field));
        if (field.type === "boolean") return values.get(field) === true ? [`--${optionName(field.name)}`] : [];
        return texts.length === 0 ? [] : [`--${optionName(field.name)}`, ...texts];
      });
    const { said, asked } = await run([...verb.words, ...options, "--", ...positionals]);

    assert.equal(said.err, "");
    assert.equal(asked.length, 1);
    const { url, request } = asked[0] ?? { url: "", request: {} };
    const path = verb.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const [, value] = [...values].find(([field]) => field.name === name) ?? [];
      return encodeURIComponent(String(value));
    });
    assert.equal(new URL(url).pathname, `/api/v1${path}`);
    if (verb.kind === "events") return;
    assert.equal(request.method, verb.method);
    assert.equal(request.headers?.["authorization"], `Bearer ${token}`);
    assert.equal(request.headers?.["idempotency-key"], verb.method === "GET" ? undefined : "unique");
    const body = request.body === undefined ? {} : (JSON.parse(request.body) as Record<string, unknown>);
    for (const [field, value] of values)
      if (field.in === "body") assert.deepEqual(body[field.name], structuredClone(value), field.name);
  });
}

test("the journal for people leaves out that secrets were used, and says how many; what programs read is whole", async () => {
  const answer = { status: 200, body: '{"items":[],"leftOut":12}' };
  const queryOf = async (...more: readonly string[]) => {
    const { said, asked } = await run(["journal", "list", ...more], answer);
    return [new URL(asked[0]?.url ?? "").search, /12 of kind access left out/.test(said.out)];
  };
  assert.deepEqual(await queryOf(), ["?without=access", true]);
  assert.deepEqual(await queryOf("--kind", "access"), ["?kind=access", false]);
  assert.deepEqual(await queryOf("--output", "json"), ["", false]);
});

test("a verb whose words do not fit its fields is our mistake, and told at once", () => {
  const [route] = routes;
  assert.ok(route);
  assert.throws(() => verbOf({ ...route, cli: "status <nothing>" }), /does not fit/);
});

test("what the server says no to is told in its words, with what to do", async () => {
  const problem = { title: "t", detail: "Not now.", toDo: "Wait for the window.", instance: "i" };
  const refused = await run(["me"], { status: 409, body: JSON.stringify(problem) });
  assert.deepEqual([refused.said.code, refused.said.err], [1, "millwright: Not now.\nWait for the window.\n"]);
  const broken = await run(["me"], { status: 500, body: JSON.stringify(problem) });
  assert.match(broken.said.err, /Not now\. Wait for the window\. \(i\)/);
  const other = await run(["me"], { status: 404, body: "<html>" });
  assert.match(other.said.err, /not as Millwright does/);
});

test("without a token, or with one that is none, nothing is sent anywhere", async () => {
  for (const variables of [{}, { MILLWRIGHT_TOKEN: "canary-password" }, { MILLWRIGHT_TOKEN_FILE: "/nowhere/token" }]) {
    const { said, asked } = await run(["me"], undefined, variables);
    assert.equal(said.code, 1);
    assert.match(said.err, /MILLWRIGHT_TOKEN/);
    assert.doesNotMatch(said.err, /canary/);
    assert.deepEqual(asked, []);
  }
  const clear = await run(["me"], undefined, {
    MILLWRIGHT_TOKEN: token,
    MILLWRIGHT_URL: "http://millwright.example.org",
  });
  assert.match(clear.said.err, /not encrypted/);
  assert.deepEqual(clear.asked, []);
});

test("a token's file that others may read is refused", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-token-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "token");
  writeFileSync(file, `${token}\n`, { mode: 0o644 });
  const variables = { MILLWRIGHT_TOKEN_FILE: file };
  chmodSync(file, 0o644);
  assert.match((await run(["me"], undefined, variables)).said.err, /chmod 600/);
  chmodSync(file, 0o600);
  assert.equal((await run(["me"], undefined, variables)).said.code, 0);
});

test("a list is a table, everything else is told field by field, and what came from outside moves no cursor", async () => {
  const items = [
    { id: "a", title: "First\u001b[2J", owner: { name: "Ada" }, at: "2026-11-20T09:00:00.000Z", nested: { x: 1 } },
  ];
  const { said } = await run(["finding", "list"], { status: 200, body: JSON.stringify({ items, next: "c" }) });
  assert.match(said.out, /^ID +TITLE +OWNER +AT\n/);
  assert.match(said.out, /a +First\\u001b\[2J +Ada +2026-11-20 09:00:00Z/);
  assert.match(said.out, /--cursor c/);
  const log = [{ at: "2026-11-20T09:00:00.000Z", text: `${"very ".repeat(20)}long\u001b[2J` }];
  const told = await run(["finding", "list"], {
    status: 200,
    body: JSON.stringify({
      items: [
        { name: "restart#1", log },
        { name: "look#1", log: [] },
      ],
    }),
  });
  assert.equal(
    told.said.out,
    `NAME\nrestart#1\nlook#1\n\nlog of restart#1\n  2026-11-20 09:00:00Z  ${"very ".repeat(20)}long\\u001b[2J\n`,
  );
  const one = await run(["me"], { status: 200, body: JSON.stringify({ expiresAt: "never", roles: { "*": "admin" } }) });
  assert.match(one.said.out, /^expires at {2}never\n\nroles\n\* {2}admin\n/);
  const yaml = await run(["me", "-o", "yaml"], { status: 200, body: '{"a":1}' });
  assert.equal(yaml.said.out, "a: 1\n");
});
