import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { storeRoutes } from "../../backups/server/routes-stores.ts";
import type { BackupService } from "../../backups/server/service.ts";
import { recordInventory } from "../../findings/store-inventory.ts";
import { bareComponent as component } from "../../platform/pin.test-support.ts";
import type { Store } from "../../store/store.ts";
import { answerTo, artifacts, declaring, disposable, mlflow, withStage } from "./backups.test-support.ts";

const Reply = z.object({
  items: z.array(z.object({ store: z.string(), state: z.string() })),
  undeclared: z.array(z.object({ environment: z.string(), stores: z.array(z.string()) })),
});

const declared = declaring({
  stores: [mlflow],
  disposable: [...["gitlab", "keycloak"].flatMap(disposable), artifacts],
});
const nothing = { ...declared, backups: { ...declared.backups, environments: [] } };

/** What `GET /backups/stores` says to somebody who may see these environments. */
async function storesSeen(store: Store, service: BackupService, environments: readonly string[], asked?: string) {
  const on = { store, service };
  const reply = Reply.parse(await answerTo(environments, storeRoutes[0], on, { environment: asked }));
  return { items: reply.items.map(({ store: name, state }) => `${name} ${state}`), undeclared: reply.undeclared };
}

test("what repositories and clusters alone show is missed too, unless its system goes by a name that somebody gave it", async () => {
  await withStage(declared, async ({ store, tick, findings }) => {
    const mine = async () => (await findings()).filter((one) => one.startsWith("backup-store-forgotten"));
    await tick(0);
    assert.deepEqual(await mine(), []);
    const components = [
      component("dashboards", "grafana", "production"),
      component("mlflow-2", "mlflow", "production"),
      component("cache", "redis", "staging"),
      component("proxy", "ingress-nginx", "production"),
    ];
    await recordInventory(store, "cluster:production", { components, pins: [] } as never);
    await tick(1);
    assert.deepEqual(await mine(), ["backup-store-forgotten store/dashboards/database"]);
    await recordInventory(store, "cluster:production", { components: [], pins: [] });
    await tick(2);
    assert.deepEqual(await mine(), [], "it is there no more");
  });
});

test("the list of stores has environments of which nothing is backed up, with what to do, for who may see them", async () => {
  await withStage(nothing, async ({ store, service, tick, findings }) => {
    await tick(0);
    assert.deepEqual(await findings(), ["backup-store-forgotten environment/production"], "one for all");
    const { items, undeclared } = await storesSeen(store, service, ["production"]);
    assert.ok(items.includes("mlflow/database forgotten") && items.includes("keycloak/database forgotten"));
    assert.deepEqual(
      undeclared.map(({ environment }) => environment),
      ["production"],
    );
    assert.ok(undeclared[0]?.stores.some((one) => one.startsWith("mlflow/database (")));
    assert.deepEqual(await storesSeen(store, service, ["staging"]), { items: [], undeclared: [] });
    assert.deepEqual(await storesSeen(store, service, ["production"], "staging"), { items: [], undeclared: [] });
  });
  await withStage(declared, async ({ store, service }) => {
    assert.deepEqual((await storesSeen(store, service, ["production"])).undeclared, []);
  });
});
