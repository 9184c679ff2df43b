import assert from "node:assert/strict";
import { test } from "node:test";
import { newOrder } from "../../calendar/propose.ts";
import { insertOrder } from "../../calendar/store.ts";
import { findingId } from "../../findings/finding.ts";
import { recordLook } from "../../findings/store-record.ts";
import { togetherOf } from "../../findings/work.ts";
import { millwright } from "../../platform/actor.ts";
import { all, testNow } from "../test-support.ts";
import { wholeApi } from "../whole.test-support.ts";

const found = (rule: string, environment: string, subject: string) => ({
  id: findingId(rule, { environment, subject }),
  rule,
  title: "An image is not pinned",
  group: "pinning" as const,
  severity: "high" as const,
  subject,
  environment,
  places: [{ file: "a.yaml", line: 1, column: 1 }] as const,
  message: "It may be another one tomorrow.",
  fix: "Pin it.",
});

test("a finding names the open order that mends it, and orders are found by any finding that they mend", async (t) => {
  const api = await wholeApi();
  t.after(() => api.close());
  const [one, other] = [found("r", "production", "image/a"), found("r", "production", "image/b")];
  const elsewhere = found("r", "staging", "image/a");
  const own = found("r", "production", "component/gitlab");
  const findings = [one, other, elsewhere, own];
  const look = { findings, suppressed: [], unknown: [], unread: [], blind: false, ran: new Set(["r"]) };
  await recordLook(api.store, look, { id: "repository:p" }, testNow);
  const { key: together } = togetherOf(one);
  const order = newOrder({
    id: "order-1",
    title: "An image is not pinned in production: 2 findings",
    environment: "production",
    origin: { kind: "finding", finding: one.id, rule: "r", together },
    createdAt: Date.parse(testNow),
  });
  await insertOrder(api.store, order, millwright);
  const get = async <T>(path: string): Promise<T> =>
    (await (await api.ask("GET", `/api/v1${path}`, all("viewer"))).json()) as T;
  const workOf = async ({ id }: { readonly id: string }) =>
    (await get<{ readonly work?: { readonly id: string } }>(`/findings/${id}`)).work;
  const ordersFor = async ({ id }: { readonly id: string }) =>
    (await get<{ readonly items: readonly { readonly id: string }[] }>(`/work-orders?finding=${id}`)).items.map(
      (item) => item.id,
    );

  assert.deepEqual(await workOf(one), { id: "order-1", title: order.title, state: "proposed" });
  assert.equal((await workOf(other))?.id, "order-1", "mended in the same change");
  assert.deepEqual(await ordersFor(one), ["order-1"]);
  assert.deepEqual(await ordersFor(other), ["order-1"]);
  for (const not of [elsewhere, own]) {
    assert.equal(await workOf(not), undefined, not.subject);
    assert.deepEqual(await ordersFor(not), [], not.subject);
  }
  assert.deepEqual(await ordersFor({ id: "0123456789abcdef" }), [], "no such finding");
  assert.equal((await api.ask("GET", "/api/v1/work-orders?finding=x", all("viewer"))).status, 400);
});
