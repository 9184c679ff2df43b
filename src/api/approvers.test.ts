import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { mayApprove } from "../access/approvers.ts";
import type { Principal } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { csrfTokenOf, openSession } from "../access/sessions.ts";
import { all, type TestApi, testApi, testNow } from "./test-support.ts";

const agree = defineRoute({
  method: "POST",
  path: "/agree/{environment}",
  cli: "agree <environment>",
  summary: "Agree to something",
  role: "approver",
  effect: "own",
  environment: ({ params }) => params.environment,
  params: z.object({ environment: z.string() }),
  reply: z.object({}),
  handle: async () => ({}),
});

const approvers = [
  { environment: "production", people: ["ada@example.org"], groups: ["leads"] },
  { environment: "staging", people: ["local:ben"], groups: [] },
];

const person = (known?: Principal["known"]): Principal => ({
  actor: { kind: "person", id: "oidc:i:42", name: "Ada" },
  roles: { "*": "approver" },
  known,
});

async function asPerson(api: TestApi, known: NonNullable<Principal["known"]>, path: string): Promise<number> {
  const { cookie } = await openSession(api.store, testNow, person(known), { hours: 1 });
  const headers = { cookie: `millwright=${cookie}` };
  const answer = await api.app.request(path, {
    method: "POST",
    headers: { ...headers, "x-csrf-token": csrfTokenOf(cookie) },
  });
  return answer.status;
}

test("where the configuration names who may approve, the role alone is not enough, not even an administrator's", async (t) => {
  const api = await testApi([agree], { approvers: () => approvers });
  t.after(() => api.close());
  const refused = await api.ask("POST", "/api/v1/agree/production", all("admin"));
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /names who may approve in production/);
  assert.equal((await api.ask("POST", "/api/v1/agree/dev", all("approver"))).status, 200, "nobody is named there");

  assert.equal(await asPerson(api, { names: ["42"], groups: ["leads"] }, "/api/v1/agree/production"), 200);
  assert.equal(await asPerson(api, { names: ["42", "ada@example.org"], groups: [] }, "/api/v1/agree/production"), 200);
  assert.equal(await asPerson(api, { names: ["42"], groups: ["staff"] }, "/api/v1/agree/production"), 403);
  assert.equal(await asPerson(api, { names: ["42"], groups: ["leads"] }, "/api/v1/agree/staging"), 403);
});

test("a token counts as its owner, and emergency rights stand in for being named", () => {
  const token = (id: string): Principal => ({ actor: { kind: "token", id, name: "t" }, roles: { "*": "approver" } });
  assert.equal(mayApprove(token("local:ben/1"), "staging", approvers), true);
  assert.equal(mayApprove(token("local:eve/1"), "staging", approvers), false);
  const named = [{ people: ["42"], groups: [] }];
  assert.equal(mayApprove(token("oidc:i:42/1"), undefined, named), true);
  assert.equal(mayApprove(token("oidc:i:43/1"), undefined, named), false);
  assert.equal(mayApprove({ ...person(), emergencies: ["production"] }, "production", approvers), true);
  assert.equal(mayApprove({ ...person(), emergencies: ["staging"] }, "production", approvers), false);
});
