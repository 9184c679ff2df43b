import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { digestOf, Plan, planOf, withApproval, withDemanded, withReceipts } from "./plan.ts";
import { checklist } from "./procedures/checklist.ts";
import { procedures } from "./procedures/index.ts";
import { planned } from "./reply.ts";

const step = { name: "one", title: "One", kind: "check", action: "ask" } as const;

test("a digest does not depend on the order of keys, and depends on every value", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue()), (input) => {
      const shuffled = Object.fromEntries(Object.entries(input).toReversed());
      const plan = { steps: [{ ...step, input }] };
      const other = { steps: [{ input: shuffled, ...step }] };
      assert.equal(digestOf("staging", "p@1", plan), digestOf("staging", "p@1", other));
      assert.notEqual(digestOf("staging", "p@1", plan), digestOf("production", "p@1", plan));
      const more = { steps: [{ ...step, input: { ...input, "one more": 1 } }] };
      assert.notEqual(digestOf("staging", "p@1", plan), digestOf("staging", "p@1", more));
    }),
  );
});

test("a plan read again from the database has the digest that it was given", () => {
  const { plan } = planOf(checklist, { title: "Monday", items: [{ title: "Look at it" }, { title: "And at that" }] });
  const stored: unknown = JSON.parse(JSON.stringify(plan));
  assert.equal(digestOf("staging", "p@1", stored), digestOf("staging", "p@1", plan));
});

test("steps that contradict themselves are no plan", () => {
  const bad = [
    { ...step, effect: "irreversible" },
    { ...step, kind: "wait" },
    { name: "one", title: "One", kind: "act" },
    { ...step, name: "One Two" },
  ];
  for (const one of bad) assert.equal(Plan.safeParse({ steps: [one] }).success, false, JSON.stringify(one));
  assert.equal(Plan.safeParse({ steps: [step, step] }).success, false, "two steps of one name");
  assert.equal(Plan.safeParse({ steps: [] }).success, false);
});

test("fields of a later version are passed over, not refused", () => {
  const plan = Plan.parse({ steps: [{ ...step, ofALaterVersion: true }], more: 1 });
  assert.equal(plan.steps.length, 1);
});

test("the approval stands before the first effect, and only where there is one", () => {
  const act = { ...step, name: "two", kind: "act", effect: "irreversible" } as const;
  const names = (steps: Parameters<typeof Plan.parse>[0]) =>
    withApproval(Plan.parse({ steps })).steps.map(({ name }) => name);
  assert.deepEqual(names([step, act]), ["one", "approve", "two"]);
  assert.deepEqual(names([step]), ["one"]);
});

test("every procedure of the engine has its own id and version", () => {
  const ids = procedures.map(({ id, version }) => `${id}@${version}`);
  assert.equal(new Set(ids).size, ids.length);
});

test("a plan that is shown says which steps demand a backup receipt, and of what", () => {
  const change = { name: "change", title: "Change", kind: "act", action: "go" } as const;
  const { steps } = Plan.parse({ steps: [step, { ...change, receipt: { component: "mlflow" } }] });
  const shown = steps.map((one) => planned(one).receipt);
  assert.deepEqual(shown, [null, { component: "mlflow", stores: [] }]);
});

test("of several steps that demand receipts, what is shown is as wide as the widest of them", () => {
  const change = { title: "Change", kind: "act", action: "go" } as const;
  const shown = (...receipts: readonly object[]) => {
    const steps = receipts.map((receipt, index) => ({ ...change, name: `change-${index}`, receipt }));
    return withReceipts(Plan.parse({ steps })).steps.find(({ name }) => name === "receipt")?.input;
  };
  assert.deepEqual(shown({ stores: ["a/b"] }, { stores: ["a/b", "a/c"] }), { stores: ["a/b", "a/c"] });
  assert.deepEqual(shown({ component: "a" }, { stores: ["b/c"] }), { stores: [] });
  assert.deepEqual(shown({ component: "a" }), { component: "a", stores: [] });
});

test("where the environment's policy says so, what may change data demands receipts of all, what names stores its own, and the rest none", () => {
  const change = { title: "Change", kind: "act", action: "go", mayChangeData: true } as const;
  const steps = [
    step,
    { ...change, name: "open" },
    { ...change, name: "own", receipt: { stores: ["a/b"] } },
    { ...change, name: "harmless", mayChangeData: undefined },
  ];
  const demanded = withDemanded(Plan.parse({ steps })).steps.map(({ receipt }) => receipt?.stores);
  assert.deepEqual(demanded, [undefined, [], ["a/b"], undefined]);
});

test("rolling out may change data, a restart does not", () => {
  const marked = (id: string, given: object): readonly string[] => {
    const procedure = procedures.find((one) => one.id === id);
    assert.ok(procedure);
    return planOf(procedure, given).plan.steps.flatMap(({ name, mayChangeData }) => (mayChangeData ? [name] : []));
  };
  const workload = { namespace: "mlflow", kind: "deployment", name: "mlflow" };
  const sources = [{ kind: "configmap", name: "mlflow" }];
  assert.deepEqual(marked("roll-out-configuration", { ...workload, sources }), ["roll-out"]);
  assert.deepEqual(marked("restart-component", workload), []);
});
