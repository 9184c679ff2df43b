import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { askMlflow, type Shown } from "../../src/backups/restore/ask-application.ts";
import { openHttp } from "../../src/edge/http.ts";
import { emptyDatabase } from "../../src/store/test-support.ts";
import { fillMlflow } from "../databases/mlflow.ts";
import { Ledger } from "../ledger.ts";
import { type MlflowStandIn, startMlflow } from "../mlflow/index.ts";

/* What is asked of MLflow after a restore, of the lab's: behind SharingHub's plugin, as on the platform. */

const folder = mkdtempSync(join(tmpdir(), "millwright-lab-ask-"));
let mlflow: MlflowStandIn;

/** SharingHub: any token passes its `auth/info`, and what one may not read is not found. */
const hub = createServer((request, response) => {
  const token = request.headers["x-gitlab-token"];
  const [status, body] =
    request.url === "/api/auth/info"
      ? [token === undefined ? 401 : 200, {}]
      : token === "of-somebody-who-reads-all"
        ? [200, { id: 1, access_level: 4, categories: ["ai-model"] }]
        : [404, {}];
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});

before(async () => {
  await new Promise<void>((resolve) => void hub.listen(0, "127.0.0.1", resolve));
  const databaseUrl = await emptyDatabase();
  await fillMlflow(databaseUrl, { version: "2.14.3", seed: 1, size: 3 });
  mlflow = await startMlflow({
    name: "production/mlflow",
    databaseUrl,
    version: "2.14.3",
    port: 0,
    ledger: new Ledger(),
    now: () => new Date(),
    artifacts: folder,
    sharinghubUrl: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    restartMs: 0,
  });
});
after(async () => {
  await mlflow.close();
  hub.close();
  rmSync(folder, { recursive: true, force: true });
});

async function said(shown: Shown | undefined): Promise<string> {
  const { state, words } = await askMlflow({
    component: "mlflow",
    url: `${mlflow.url}/mlflow`,
    shown,
    expected: 3,
    http: openHttp({ userAgent: "millwright/test" }),
    pause: async () => undefined,
  });
  return `${state}: ${words}`;
}

test("the token of somebody who reads all is shown every model", async () => {
  assert.equal(
    await said({ kind: "token", text: "of-somebody-who-reads-all" }),
    "passed: mlflow lists 3 registered models",
  );
});

test("a token that reads nothing proves nothing", async () => {
  assert.match(await said({ kind: "token", text: "of-a-stranger" }), /^unknown: mlflow lists 0 .* the backup has 3/);
});

test("SharingHub's plugin takes no login and no stranger", async () => {
  for (const shown of [undefined, { kind: "login", text: "ana:of-hers" }] as const)
    assert.equal(await said(shown), "unknown: mlflow could not be asked: it answers 401");
});
