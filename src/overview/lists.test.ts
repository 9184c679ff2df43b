import assert from "node:assert/strict";
import { after, test } from "node:test";
import { all, testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { recordInventory } from "../findings/store-inventory.ts";
import { recordLook } from "../findings/store-record.ts";
import { instantOf } from "../kernel/instant.ts";

const api = await wholeApi();
after(() => api.close());

interface List {
  readonly items: readonly {
    readonly id?: string;
    readonly title?: string;
    readonly name?: string;
    readonly task?: string;
  }[];
  readonly next?: string;
  readonly total?: number;
}

async function list(path: string): Promise<List> {
  const reply = await api.ask("GET", `/api/v1${path}`, all("operator"));
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as List;
}

async function post(path: string, body: unknown): Promise<void> {
  const reply = await api.ask("POST", `/api/v1${path}`, all("operator"), { body });
  assert.ok(reply.status < 300, await reply.text());
}

const look = { suppressed: [], unknown: [], unread: [], blind: false, ran: new Set(["pinning-image"]) };
for (const number of [1, 2, 3]) {
  const finding = {
    id: `000000000000000${number}`,
    rule: "pinning-image",
    title: "An image moves",
    group: "pinning" as const,
    severity: number === 2 ? ("critical" as const) : ("low" as const),
    subject: number === 3 ? "postgresql/gitlab" : `image/a_${number}`,
    environment: "production",
    places: [{ file: "a.yaml", line: 1, column: 1 }] as const,
    message: "100% wrong",
    fix: "f",
  };
  const at = instantOf(Date.parse(testNow) + number);
  await recordLook(api.store, { ...look, findings: [finding] }, { id: `repository:r${number}` }, at);
}

const ids = ({ items }: List): readonly string[] => items.map(({ id }) => id?.slice(-1) ?? "");

test("findings are found by text and component, in three orders, page by page, and counted when asked", async () => {
  assert.deepEqual(ids(await list("/findings")), ["2", "1", "3"]);
  assert.deepEqual(ids(await list("/findings?sort=newest")), ["3", "2", "1"]);
  assert.deepEqual(ids(await list("/findings?component=gitlab")), ["3"]);
  assert.deepEqual(ids(await list("/findings?text=a_1")), ["1"]);
  assert.deepEqual(ids(await list("/findings?text=100%25")), ["2", "1", "3"]);
  assert.deepEqual(ids(await list("/findings?text=1%25%25w")), [], "its signs mean nothing");
  assert.equal((await list("/findings?total=true&limit=1&severity=low")).total, 2);
  assert.equal((await list("/findings?limit=1")).total, undefined);

  const seen: string[] = [];
  let cursor = "";
  for (let pages = 0; pages < 5; pages += 1) {
    const page = await list(`/findings?sort=newest&limit=1${cursor}`);
    seen.push(...ids(page));
    if (page.next === undefined) break;
    cursor = `&cursor=${page.next}`;
  }
  assert.deepEqual(seen, ["3", "2", "1"]);
});

test("a cursor of one order does not fit another", async () => {
  const { next } = await list("/findings?sort=newest&limit=1");
  assert.equal((await api.ask("GET", `/api/v1/findings?cursor=${next}`, all("viewer"))).status, 422);
});

test("work, runs, the journal and components are found by text, and counted when asked", async () => {
  await post("/work-orders", { title: "Argo CD to 3.2", environment: "production", component: "argocd" });
  await post("/work-orders", { title: "GitLab to 18.1", environment: "staging", component: "gitlab" });
  const checklist = { title: "Before maintenance", items: [{ title: "The window is checked" }] };
  await post("/runs", { procedure: "checklist", environment: "staging", arguments: checklist });
  const rest = { system: null, namespace: null, version: null, pins: [] };
  await recordInventory(api.store, "repository:r1", {
    pins: [],
    components: [
      { name: "gitlab", environment: "production", ...rest },
      { name: "redis", environment: "production", ...rest },
    ],
  });

  const work = await list("/work-orders?text=gitlab&total=true");
  assert.deepEqual([work.items.map(({ title }) => title), work.total], [["GitLab to 18.1"], 1]);
  assert.deepEqual((await list("/work-orders?component=argocd")).items.length, 1);
  assert.equal((await list("/work-orders?limit=1&total=true")).total, 2);
  assert.equal((await list("/runs?environment=production&total=true")).total, 0);
  assert.equal((await list("/runs?environment=staging&procedure=checklist&text=checklist&total=true")).total, 1);
  const journal = await list("/journal/entries?text=Argo%20CD&total=true");
  assert.deepEqual([journal.items.map(({ task }) => task), journal.total], [["Asked for: Argo CD to 3.2"], 1]);
  const components = await list("/components?text=RED&total=true");
  assert.deepEqual([components.items.map(({ name }) => name), components.total], [["redis"], 1]);
});
