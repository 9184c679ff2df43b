import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { ServiceKey } from "../access/route.ts";
import { all, type TestApi, testApi, testNow } from "../api/test-support.ts";
import { registryOf } from "./action.ts";
import type { LegPorts } from "./going.ts";
import { runLeg } from "./leg.ts";
import { procedures } from "./procedures/index.ts";
import { enginePolicy, engineRoutes } from "./routes.ts";
import type { EnginePolicy } from "./start-run.ts";
import { beatWorker, sweepRuns } from "./sweep.ts";
import { act, asWritten, check } from "./test-support.ts";

async function engineApi(mode: EnginePolicy["mode"] = "act"): Promise<TestApi> {
  const policy: EnginePolicy = {
    mode,
    procedures: [...procedures, asWritten],
    environments: () => ["staging", "production"],
    approval: (environment) => environment === "production",
    secondPerson: (environment) => environment === "production",
  };
  return testApi(engineRoutes, {
    services: {
      need: <T>(key: ServiceKey<T>): T => {
        assert.equal(key.name, enginePolicy.name);
        return policy as T;
      },
    },
  });
}

/** A worker in this process takes what can go on. */
async function work(api: TestApi): Promise<void> {
  const self = { id: "worker-1", version: "1", environments: undefined, deadAfterSeconds: 60 };
  const registry = registryOf([
    { id: "ask", run: async () => ({ kind: "done", message: "yes" }) },
    {
      id: "effect",
      run: async () => ({ kind: "failed", message: "the answer is no" }),
      undo: async () => ({ kind: "done", message: "back" }),
    },
  ]);
  const ports: LegPorts = {
    store: api.store,
    worker: self.id,
    registry: () => registry,
    knows: () => true,
    window: async () => ({ kind: "open" }),
    stopped: () => undefined,
    redact: (text) => text,
    record: async (_, draft) => void api.recorded.push(draft),
    notify: async (_, draft) => void api.noticed.push(draft),
    now: () => testNow,
    retryMs: 1000,
    signal: new AbortController().signal,
  };
  for (;;) {
    await beatWorker(api.store, self, testNow);
    const dispatch = async (): Promise<void> => undefined;
    const legs = await sweepRuns(api.store, self, {
      now: testNow,
      busy: new Set(),
      lostAfterSeconds: 60,
      inQueue: sql`true`,
      dispatch,
    });
    if (legs.length === 0) return;
    for (const leg of legs) await runLeg(ports, leg);
  }
}

async function json(reply: Response, status = 200): Promise<Record<string, unknown>> {
  const body = (await reply.json()) as Record<string, unknown>;
  assert.equal(reply.status, status, JSON.stringify(body));
  return body;
}

const runOf = (steps: readonly object[], environment = "staging") => ({
  body: { procedure: "as-written", environment, arguments: { steps } },
});

test("a run is started, shown, decided upon and ended over the API, each in the journal", async () => {
  const api = await engineApi();
  const operator = { staging: "operator" } as const;
  const started = await json(
    await api.ask("POST", "/api/v1/runs", operator, runOf([check("before"), act("restart")])),
    201,
  );
  const path = `/api/v1/runs/${String(started["id"])}`;
  await work(api);

  const shown = await json(await api.ask("GET", path, operator));
  assert.deepEqual(
    [shown["state"], shown["waitsFor"], shown["reason"]],
    ["waiting", "decision", "restart: the answer is no"],
  );
  const log = await json(await api.ask("GET", `${path}/log`, operator));
  assert.deepEqual(
    (log["items"] as { name: string }[]).map(({ name }) => name),
    ["before#1", "restart#1"],
  );
  await json(await api.ask("POST", `${path}/abort`, operator, { body: { reason: "not tonight" } }));
  await work(api);

  assert.equal((await json(await api.ask("GET", path, operator)))["state"], "aborted");
  assert.deepEqual(
    api.recorded.map(({ task }) => task),
    ["Started: As written", "Abort asked for: As written", "Aborted: As written"],
  );
  const events = await (await api.ask("GET", `${path}/events`, operator)).text();
  assert.match(events, /event: step\ndata: .*"name":"restart#1"/);
  await api.close();
});

test("a decision about a run that changed since it was looked at is refused", async () => {
  const api = await engineApi();
  const admin = all("admin");
  const started = await json(await api.ask("POST", "/api/v1/runs", admin, runOf([act("restart")])), 201);
  const path = `/api/v1/runs/${String(started["id"])}`;
  await work(api);
  const looked = await api.ask("GET", path, admin);
  const etag = looked.headers.get("etag") ?? "";
  await looked.body?.cancel();

  const headers = { "if-match": etag };
  await json(await api.ask("POST", `${path}/retry`, admin, { headers, body: {} }));
  const late = await json(
    await api.ask("POST", `${path}/skip`, admin, { headers, body: { reason: "of no use" } }),
    412,
  );
  assert.match(String(late["detail"]), /has changed since you looked/);
  await json(await api.ask("POST", `${path}/retry`, admin, { body: {} }), 409);
  await api.close();
});

test("on production a token does not approve, nor does an operator, nor another plan's digest", async () => {
  const api = await engineApi();
  const started = await json(
    await api.ask("POST", "/api/v1/runs", all("operator"), runOf([act("restart")], "production")),
    201,
  );
  const path = `/api/v1/runs/${String(started["id"])}`;
  await work(api);
  const body = { digest: started["digest"] };

  await json(await api.ask("POST", `${path}/approve`, all("operator"), { body }), 403);
  await json(await api.ask("POST", `${path}/approve`, all("approver"), { body: { digest: "0".repeat(64) } }), 409);
  const own = await json(await api.ask("POST", `${path}/approve`, all("approver"), { body }), 403);
  assert.match(String(own["detail"]), /second person/);
  await json(await api.ask("POST", `${path}/reject`, all("approver"), { body: { ...body, reason: "exams" } }));
  await api.close();
});

test("who may not see an environment sees none of its runs", async () => {
  const api = await engineApi();
  const started = await json(
    await api.ask("POST", "/api/v1/runs", all("admin"), runOf([check("one")], "production")),
    201,
  );
  const list = await json(await api.ask("GET", "/api/v1/runs", { staging: "viewer" }));
  assert.deepEqual(list["items"], []);
  assert.equal((await api.ask("GET", `/api/v1/runs/${String(started["id"])}`, { staging: "viewer" })).status, 403);
  const whole = await json(await api.ask("GET", "/api/v1/runs?limit=1", all("viewer")));
  assert.equal((whole["items"] as unknown[]).length, 1);
  await api.close();
});

test("a server that observes starts checklists alone, and plans everything", async () => {
  const api = await engineApi("observe");
  const restart = { environment: "staging", arguments: { namespace: "mlops", name: "mlflow" } };
  const refused = await api.ask("POST", "/api/v1/runs", all("admin"), {
    body: { procedure: "restart-component", ...restart },
  });
  assert.match(String((await json(refused, 403))["detail"]), /only observes/);
  const plan = await json(
    await api.ask("POST", "/api/v1/procedures/restart-component/plan", all("viewer"), { body: restart }),
  );
  assert.deepEqual(
    (plan["steps"] as { name: string }[]).map(({ name }) => name),
    ["take-lease", "before", "restart", "rolled-out", "after", "release-lease"],
  );
  const list = { title: "Monday", items: [{ title: "Look at the dashboards" }] };
  const checklist = { procedure: "checklist", environment: "staging", arguments: list };
  const started = await json(await api.ask("POST", "/api/v1/runs", all("operator"), { body: checklist }), 201);
  assert.equal(started["about"], "Monday");
  await work(api);
  const path = `/api/v1/runs/${String(started["id"])}`;
  const body = { said: "all green", evidence: { url: "https://grafana.example.org/d/1" } };
  await json(await api.ask("POST", `${path}/attest`, all("operator"), { body }));
  await work(api);
  assert.equal((await json(await api.ask("GET", path, all("viewer"))))["state"], "done");
  await api.close();
});

test("what cannot be planned is told with the field", async () => {
  const api = await engineApi();
  const wrong = { procedure: "restart-component", environment: "staging", arguments: { namespace: "mlops" } };
  const reply = await api.ask("POST", "/api/v1/runs", all("admin"), { body: wrong });
  assert.ok(reply.status >= 400 && reply.status < 500);
  assert.match(await reply.text(), /name/);
  const unknown = await api.ask("POST", "/api/v1/runs", all("admin"), { body: { ...wrong, environment: "moon" } });
  assert.match(await unknown.text(), /no environment moon/);
  await api.close();
});

test("a procedure that has an old version is offered once, as the newest", async () => {
  const api = await engineApi("act");
  const { items } = (await json(await api.ask("GET", "/api/v1/procedures", all("viewer")))) as unknown as {
    readonly items: readonly { readonly id: string; readonly version: number }[];
  };

  const kept = [...procedures, asWritten];
  const known = new Set(kept.map(({ id }) => id));
  assert.ok(known.size < kept.length, "one has an old version");
  assert.deepEqual(items.map(({ id }) => id).toSorted(), [...known].toSorted());
  for (const { id, version } of items)
    assert.equal(version, Math.max(...kept.filter((one) => one.id === id).map((one) => one.version)), id);
  await api.close();
});
