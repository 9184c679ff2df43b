import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { all } from "../test-support.ts";
import { wholeApi } from "../whole.test-support.ts";

const Planned = z.object({ steps: z.array(z.object({ name: z.string() })) });

const declared = (demands: string): string => `backups:
  environments:
    - environment: production
      repository: /srv/backups/production
      key: env:KEY
      stores: [{ component: mlflow, kind: postgresql, url: "env:URL" }]
      ${demands}
`;

const rollOut = {
  namespace: "mlflow",
  kind: "deployment",
  name: "mlflow",
  sources: [{ kind: "configmap", name: "mlflow" }],
};

/** The names of the steps of rolling out, as anybody is shown them who asks before it is started. */
async function stepsWith(server: string, environment: string): Promise<readonly string[]> {
  const api = await wholeApi({ server });
  try {
    const said = await api.ask("POST", "/api/v1/procedures/roll-out-configuration/plan", all("viewer"), {
      body: { environment, arguments: rollOut },
    });
    assert.equal(said.status, 200);
    return Planned.parse(await said.json()).steps.map(({ name }) => name);
  } finally {
    await api.close();
  }
}

test("where the configuration demands receipts, a plan that may change data shows them before anybody agrees", async () => {
  const demanded = await stepsWith(declared("demandReceipts: true"), "production");
  assert.ok(demanded.includes("receipt"), demanded.join());
  assert.ok(demanded.indexOf("receipt") < demanded.indexOf("approve"), demanded.join());

  const elsewhere = await stepsWith(declared("demandReceipts: true"), "staging");
  const free = await stepsWith(declared(""), "production");
  assert.ok(!elsewhere.includes("receipt") && !free.includes("receipt"));
});
