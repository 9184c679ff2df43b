import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemError } from "../../kernel/errors.ts";
import type { Http, HttpReply } from "../../kernel/ports.ts";
import { type AskOptions, askMlflow, modelsListed } from "./ask-application.ts";

/** Answers in turn, the last one again and again; what was asked is kept. */
class Answering implements Http {
  readonly asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
  readonly #answers: (readonly [status: number, body: string] | SystemError)[];

  constructor(...answers: (readonly [status: number, body: string] | SystemError)[]) {
    this.#answers = answers;
  }

  async fetch(url: string, request: Parameters<Http["fetch"]>[1] = {}): Promise<HttpReply> {
    this.asked.push({ url, authorization: request.headers?.["authorization"] });
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (answer === undefined || answer instanceof SystemError) throw answer ?? new Error("nothing is answered");
    const [status, body] = answer;
    return { status, headers: {}, body };
  }
}

const listOf = (names: readonly string[], token?: string): readonly [number, string] => [
  200,
  JSON.stringify({ registered_models: names.map((name) => ({ name })), next_page_token: token }),
];

function ask(http: Http, more: Partial<AskOptions> = {}) {
  const place = { component: "mlflow", url: "https://mlflow.example.org/", shown: undefined, http };
  return askMlflow({ ...place, expected: 2, pause: async () => undefined, ...more });
}

test("all pages are read, each by the token of the one before", async () => {
  const http = new Answering(listOf(["a", "b"], "x/y="), listOf(["c"], ""));

  assert.deepEqual(await modelsListed({ url: "https://mlflow.example.org/", shown: undefined, http }), ["a", "b", "c"]);
  assert.deepEqual(
    http.asked.map(({ url }) => url.replace("https://mlflow.example.org/api/2.0/mlflow/registered-models/search", "")),
    ["?max_results=1000", "?max_results=1000&page_token=x%2Fy%3D"],
  );
});

test("as many as the backup has pass, others do not", async () => {
  assert.deepEqual(await ask(new Answering(listOf(["a", "b"]))), {
    component: "mlflow",
    state: "passed",
    words: "mlflow lists 2 registered models",
  });
  for (const names of [["a"], ["a", "b", "c"], []])
    assert.equal((await ask(new Answering(listOf(names)))).state, "failed");
  assert.equal((await ask(new Answering([200, "{}"]), { expected: 0 })).state, "passed");
});

test("by a token fewer than there are prove nothing, and more do", async () => {
  const shown = { kind: "token", text: "canary" } as const;
  const fewer = await ask(new Answering([200, "{}"]), { shown });
  assert.equal(fewer.state, "unknown");
  assert.match(fewer.words, /lists 0 registered models, and the backup has 2: the token may not read them all/);
  assert.equal((await ask(new Answering(listOf(["a", "b", "c"])), { shown })).state, "failed");
});

test("a login is HTTP's basic one, a token a bearer's, and neither is told", async () => {
  for (const [shown, authorization] of [
    [{ kind: "login", text: "ana:canary" }, `Basic ${Buffer.from("ana:canary").toString("base64")}`],
    [{ kind: "token", text: "canary" }, "Bearer canary"],
    [undefined, undefined],
  ] as const) {
    const http = new Answering([401, "canary"]);
    const said = await ask(http, { shown });
    assert.deepEqual(http.asked, [{ url: http.asked[0]?.url, authorization }]);
    assert.deepEqual([said.state, said.words], ["unknown", "mlflow could not be asked: it answers 401"]);
  }
});

test("one that is not up yet is asked again, and one that never comes up is unknown", async () => {
  const away = new SystemError("nothing listens there (connection refused)", "retry");
  assert.equal((await ask(new Answering(away, [503, ""], [500, "<html>"], listOf(["a", "b"])))).state, "passed");

  const never = new Answering(away);
  assert.match((await ask(never)).words, /could not be asked: nothing listens there/);
  assert.equal(never.asked.length, 60);
});

test("what is no list, and a list without an end, are unknown", async () => {
  assert.match((await ask(new Answering([200, "<html>a page to log in</html>"]))).words, /no list of models/);
  const endless = await ask(new Answering(listOf(["a"], "again")));
  assert.deepEqual([endless.state, /has no end/.test(endless.words)], ["unknown", true]);
});
