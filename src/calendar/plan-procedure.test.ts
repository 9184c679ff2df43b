// oxlint-disable no-restricted-imports -- tests ask through the API
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { all } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";

const api = await wholeApi();
after(() => api.close());

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly procedure?: string;
  readonly detail?: string;
  readonly toDo?: string;
  readonly digest?: string;
}

async function post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: Shown }> {
  const reply = await api.ask("POST", `/api/v1${path}`, all("operator"), { body });
  return { status: reply.status, body: (await reply.json()) as Shown };
}

async function made(environment?: string): Promise<string> {
  const where = environment === undefined ? { disruptive: false } : { environment };
  const { status, body } = await post("/work-orders", {
    title: `In ${environment ?? "none"}`,
    changes: false,
    ...where,
  });
  assert.equal(status, 201, body.detail);
  return body.id;
}

const checklist = {
  procedure: "checklist",
  arguments: { title: "Before maintenance", items: [{ title: "The window" }] },
};

test("work planned with a procedure names it and keeps the digest of the plan that an operator was shown", async () => {
  const id = await made("production");

  const planned = await post(`/work-orders/${id}/plan`, checklist);
  const shown = await post("/procedures/checklist/plan", {
    environment: "production",
    arguments: checklist.arguments,
  });

  assert.deepEqual([planned.status, planned.body.state, planned.body.procedure], [200, "planned", "checklist"]);
  const row = await api.store
    .tables<{ work_orders: { id: string; procedure: { id: string; digest: string; arguments: unknown } } }>()
    .selectFrom("work_orders")
    .select("procedure")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([row.procedure.id, row.procedure.arguments], ["checklist", checklist.arguments]);
  assert.match(row.procedure.digest, /^[0-9a-f]{64}$/);
  assert.match(shown.body.digest ?? "", /^[0-9a-f]{64}$/);
});

test("a procedure that there is not, arguments that do not fit and work without an environment are refused", async () => {
  const id = await made("staging");

  const unknown = await post(`/work-orders/${id}/plan`, { procedure: "upgrade-everything" });
  const unfit = await post(`/work-orders/${id}/plan`, { procedure: "checklist", arguments: { items: [] } });
  const nowhere = await post(`/work-orders/${await made()}/plan`, checklist);

  assert.deepEqual([unknown.status, unfit.status, nowhere.status], [422, 422, 422]);
  assert.match(unknown.body.detail ?? "", /There is no procedure upgrade-everything; there are: .*checklist/);
  assert.match(nowhere.body.detail ?? "", /names none/);
  const after = await api.ask("GET", `/api/v1/work-orders/${id}`, all("viewer"));
  assert.equal(((await after.json()) as Shown).state, "proposed");
});

test("procedures tell their arguments as a JSON Schema, from which a form is made", async () => {
  const reply = await api.ask("GET", "/api/v1/procedures", all("viewer"));
  const { items } = (await reply.json()) as {
    readonly items: readonly { readonly id: string; readonly arguments: { readonly properties?: object } }[];
  };
  const found = items.find(({ id }) => id === "checklist");
  assert.deepEqual(Object.keys(found?.arguments.properties ?? {}), ["title", "items"]);
});
