import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openApi } from "./openapi.ts";
import { routes } from "./routes.ts";
import { valuesOf } from "./schema-values.test-support.ts";
import { all } from "./test-support.ts";
import { wholeApi } from "./whole.test-support.ts";

/**
 * Every operation of the API's description, asked with values that fit its schemas, that nearly fit, and that have nothing to
 * do with them: whatever comes, nothing breaks, and every no says what is wrong.
 */
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Readonly<Record<string, unknown>>;
  }[];
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

const document = JSON.parse(JSON.stringify(openApi(routes, "0"))) as {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        parameters: Operation["parameters"];
        requestBody?: { content: { "application/json": { schema: Operation["body"] } } };
      }
    >
  >;
};
const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    parameters: operation.parameters,
    body: operation.requestBody?.content["application/json"].schema,
  })),
);

const hostile = fc.constantFrom<unknown>(
  "",
  "\0",
  "\ud800",
  "../../etc/passwd",
  "' or 1=1 --",
  "%00",
  "__proto__",
  "x".repeat(5000),
  -1,
  1e308,
  2 ** 60,
  null,
  [],
  {},
  { constructor: { prototype: {} } },
);

function near(schema: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: valuesOf(schema), weight: 6 }, { arbitrary: hostile, weight: 2 }, fc.jsonValue());
}

function callsOf(operation: Operation): fc.Arbitrary<{ readonly url: string; readonly body: string | undefined }> {
  const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
  const inQuery = operation.parameters.filter((parameter) => parameter.in === "query");
  const values = (list: Operation["parameters"]) => fc.tuple(...list.map(({ schema }) => near(schema)));
  const body = operation.body === undefined ? fc.constant(undefined) : bodies(operation.body);
  return fc
    .tuple(
      values(inPath),
      fc.tuple(values(inQuery), fc.array(fc.boolean(), { minLength: inQuery.length, maxLength: inQuery.length })),
      body,
    )
    .map(([path, [query, asked], sent]) => {
      const url = inPath.reduce(
        (text, { name }, index) => text.replace(`{${name}}`, encoded(path[index]) || "-"),
        operation.path,
      );
      const search = inQuery.flatMap(({ name }, index) =>
        asked[index] === true ? [`${name}=${encoded(query[index])}`] : [],
      );
      return { url: search.length === 0 ? url : `${url}?${search.join("&")}`, body: sent };
    });
}

/** Whole bodies that fit, with one field replaced, or of any kind. */
function bodies(schema: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  const replaced = fc.tuple(valuesOf(schema), fc.nat(), hostile).map(([value, index, other]) => {
    if (typeof value !== "object" || value === null) return other;
    const keys = Object.keys(value);
    return keys.length === 0 ? other : { ...value, [keys[index % keys.length] ?? ""]: other };
  });
  return fc.oneof(
    { arbitrary: valuesOf(schema).map((value) => JSON.stringify(value)), weight: 4 },
    { arbitrary: replaced.map((value) => JSON.stringify(value)), weight: 3 },
    fc.json(),
    fc.string(),
  );
}

function encoded(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return encodeURIComponent(text.toWellFormed()).replace(/^\.+$/, "-");
}

const api = await wholeApi();
test.after(() => api.close());

for (const operation of operations) {
  test(`${operation.method} ${operation.path} breaks at nothing`, async () => {
    await fc.assert(
      fc.asyncProperty(callsOf(operation), async ({ url, body }) => {
        const response = await api.ask(operation.method, url, all("admin"), body === undefined ? {} : { body });
        assert.ok(
          response.status < 500,
          `${operation.method} ${url} ${body}: ${response.status} ${JSON.stringify(api.logged.at(-2))}`,
        );
        if (response.status < 400) return response.body?.cancel();
        assert.equal(response.headers.get("content-type"), "application/problem+json");
        const problem = (await response.json()) as Record<string, unknown>;
        assert.ok(problem["detail"] && problem["toDo"] && problem["where"], JSON.stringify(problem));
      }),
      { numRuns: 40 },
    );
  });
}
