import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import * as z from "zod";
import { provenSince } from "../../backups/server/proven.ts";
import { drillRoutes } from "../../backups/server/routes-drills.ts";
import { rpoRoutes } from "../../backups/server/routes-rpo.ts";
import { answerTo, backup, declaring, later, mlflow, withStage } from "./backups.test-support.ts";

const Rpo = z.object({
  items: z.array(
    z.object({
      component: z.string(),
      ageHours: z.number().nullable(),
      worstHours: z.number().nullable(),
      unknown: z.array(z.string()),
      measured: z.array(z.object({ at: z.string(), hours: z.number() })),
    }),
  ),
});
const Times = z.object({
  items: z.array(
    z.object({
      environment: z.string(),
      component: z.string(),
      unknown: z.array(z.string()),
      perDaySeconds: z.null(),
      exceedsAt: z.null(),
    }),
  ),
});

test("what was proven once stays known when it is removed, found broken, or the mirror of the repository is forgotten", async () => {
  await withStage(declaring({ stores: [mlflow] }), async ({ store, shown, tick }) => {
    const known = async () =>
      (await provenSince(store, "production", later(-100))).map(({ takenAt }) => takenAt).toSorted();
    const older = backup("mlflow-1", -50, "proven");
    const newer = backup("mlflow-2", -20, "proven");
    shown.backups = [newer, older, backup("mlflow-3", -10, "failed"), backup("mlflow-4", -5, undefined)];
    await tick(0);
    assert.deepEqual(await known(), [later(-50), later(-20)], "only what was proven");

    const [proof] = newer.proofs;
    assert.ok(proof);
    const broken = { ...proof, snapshot: "proof-again", verdict: "failed", provenAt: later(0) };
    shown.backups = [{ ...newer, proofs: [broken, proof] }];
    await tick(0.1);
    assert.deepEqual(await known(), [later(-50), later(-20)]);

    for (const table of ["backup_proofs", "backup_points", "backups", "backup_looks"])
      await sql`delete from ${sql.id(table)}`.execute(store.tables());
    shown.backups = [backup("mlflow-5", 0, "proven")];
    await tick(2);
    assert.deepEqual(await known(), [later(-50), later(-20), later(0)]);
  });
});

test("the first gap of a time begins with the last proven backup before it, and each store has its own", async () => {
  await withStage(declaring({ stores: [mlflow] }), async ({ store, shown, tick }) => {
    shown.backups = [
      ...[-90, -60, -30, -1].map((hours) => backup(`mlflow-${-hours}`, hours, "proven")),
      ...[-80, -70].map((hours) => ({ ...backup(`keys-${-hours}`, hours, "proven"), store: "redis/keys" })),
    ];
    await tick(0);
    const of = async (name: string, since: number) =>
      (await provenSince(store, "production", later(since)))
        .filter((one) => one.store === name)
        .map(({ takenAt }) => takenAt)
        .toSorted();
    assert.deepEqual(await of("mlflow/database", -59), [later(-60), later(-30), later(-1)]);
    assert.deepEqual(await of("redis/keys", -59), [later(-70)], "how old it is is known all the same");
    assert.deepEqual(await provenSince(store, "staging", later(-1000)), []);
  });
});

test("who may see an environment sees what of it could have been lost, from when it was asked; others see nothing", async () => {
  const redis = { component: "redis", store: "keys", kind: "redis", url: "env:URL" };
  await withStage(declaring({ stores: [mlflow, redis] }), async (on) => {
    on.shown.backups = [-90, -60, -30, -1].map((hours) => backup(`mlflow-${-hours}`, hours, "proven"));
    await on.tick(0);
    const asked = { days: 2 };
    const { items } = Rpo.parse(await answerTo(["production"], rpoRoutes[0], on, asked));
    assert.deepEqual(
      items.map(({ component, ageHours, worstHours, unknown, measured }) => [
        component,
        ageHours,
        worstHours,
        unknown,
        measured,
      ]),
      [
        [
          "mlflow",
          1,
          30,
          [],
          [
            { at: later(-30), hours: 30 },
            { at: later(-1), hours: 29 },
          ],
        ],
        ["redis", null, null, ["redis/keys"], []],
      ],
    );
    for (const [environments, query] of [
      [["staging"], asked],
      [["production"], { ...asked, environment: "staging" }],
    ] as const)
      assert.deepEqual(await answerTo(environments, rpoRoutes[0], on, query), { items: [] });

    const times = drillRoutes.find(({ path }) => path === "/backups/restore-times");
    const told = Times.parse(await answerTo(["production"], times, on, asked));
    assert.deepEqual(told.items, [
      {
        environment: "production",
        component: "mlflow",
        unknown: ["mlflow/database"],
        perDaySeconds: null,
        exceedsAt: null,
      },
      { environment: "production", component: "redis", unknown: ["redis/keys"], perDaySeconds: null, exceedsAt: null },
    ]);
    assert.deepEqual(await answerTo(["staging"], times, on, asked), { items: [] });
  });
});
