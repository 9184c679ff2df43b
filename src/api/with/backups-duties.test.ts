import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../../kernel/instant.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { backup, dutiesDone, makeDue, withStage } from "./backups.test-support.ts";

const config = ServerConfig.parse({
  backups: {
    environments: [
      {
        environment: "production",
        repository: "/nowhere",
        key: "env:KEY",
        stores: ["mlflow", "keycloak"].map((component) => ({ component, kind: "postgresql", url: "env:URL" })),
        drills: [],
      },
    ],
  },
});

const ofKeycloak = (id: string, hours: number, verdict: string | undefined) => ({
  ...backup(id, hours, verdict),
  store: "keycloak/database",
});

test("a duty of backups is done once a backup of each declared store was taken in its turn and proven, and names them", async () => {
  await withStage(config, async ({ store, shown, tick }) => {
    await makeDue(store, {
      "backups-daily": instantOf(Date.UTC(2026, 10, 20, 3)),
      "backups-weekly": instantOf(Date.UTC(2026, 10, 21, 3)),
      "restore-test": instantOf(Date.UTC(2026, 10, 18)),
    });
    const done = async (): Promise<readonly string[]> => (await dutiesDone(store)).map(({ duty }) => duty);
    shown.backups = [backup("mlflow-1", -4, "proven")];
    await tick(0);
    assert.deepEqual(await done(), [], "one store of two");
    shown.backups = [ofKeycloak("keycloak-1", -4, undefined), ofKeycloak("keycloak-0", -5, "failed"), ...shown.backups];
    await tick(0.02);
    assert.deepEqual(await done(), [], "not proven");
    shown.backups = [...shown.backups, ofKeycloak("keycloak-yesterday", -30, "proven")];
    await tick(0.04);
    assert.deepEqual(await done(), ["backups-weekly", "restore-test"], "taken yesterday");
    shown.backups = [ofKeycloak("keycloak-2", -1, "proven"), ...shown.backups];
    await tick(0.06);
    const [daily, ...others] = await dutiesDone(store);
    assert.deepEqual([daily?.duty, others.length], ["backups-daily", 2]);
    assert.match(daily?.text ?? "", /mlflow-1, restored and compared at .*keycloak-2, restored and compared at/);
  });
});
