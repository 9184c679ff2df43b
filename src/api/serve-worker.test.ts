import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerConfig } from "../platform/server-config.ts";
import { servedBy } from "./serve-worker.ts";

const config = (schedule: readonly object[]) =>
  ServerConfig.parse({
    backups: {
      environments: [
        {
          environment: "production",
          repository: "/srv/backups",
          key: "env:KEY",
          stores: ["mlflow", "keycloak"].map((component) => ({ component, kind: "postgresql", url: "env:URL" })),
          schedule,
        },
      ],
    },
  });

test("a store counts as backed up by the server where one of its schedules takes it in", () => {
  const served = (...schedule: readonly object[]) => servedBy(config(schedule)).map(({ component }) => component);

  assert.deepEqual(served(), [], "by hand alone");
  assert.deepEqual(served({ class: "daily", on: "03:00" }), ["mlflow", "keycloak"]);
  assert.deepEqual(served({ class: "daily", on: "03:00", stores: ["mlflow/database"] }), ["mlflow"]);
  assert.deepEqual(servedBy(config([{ class: "daily", on: "03:00", stores: ["mlflow/database"] }])), [
    { environment: "production", component: "mlflow", kind: "postgresql" },
  ]);
});
