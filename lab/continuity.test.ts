import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { backedUp, openQuickly, placeIn, restored } from "./backup-story.test-support.ts";
import { allOf, answers, applicationsOf, empty, type Things } from "./continuity.test-support.ts";
import { RunningLab, within } from "./running.test-support.ts";
import { programOnPath } from "./servers/children.ts";

/*
 * Business continuity on the running lab: production holds nothing any more, and its last recovery point brings all of it back, in
 * order.
 *
 * What is there before, as a new cluster has it: the cluster with its operators, types, namespaces and accounts, the database server
 * with its roles and their passwords, empty buckets and volumes, what was installed by hand. What does not come back, by design:
 * Millwright's own database (restored alone, with every server stopped), the archives in GitLab's own bucket, what Argo CD has counted
 * of its syncs.
 */

const skip = programOnPath("restic") === undefined ? "not run: restic" : false;
const timeout = 580_000;
/** Seconds, on a machine that does other things too. */
const patience = 300;

const lab = new RunningLab({ everySeconds: 30 });
let noStore: string | false = false;
let point = "";
let had: Things = {};
let said: Things = {};

before(async () => {
  if (skip !== false) return;
  await lab.start();
  openQuickly(lab);
  if (!lab.hasObjectStore()) noStore = "not run: the S3 gateway";
});
after(() => lab.close());

/** The whole point in place, and everything is as it was. */
async function comesBack(): Promise<void> {
  const told = await restored(lab, point);

  assert.deepEqual(
    told.stores.filter(({ state }) => state !== "restored"),
    [],
  );
  assert.deepEqual([told.state, told.stores.length, told.notGivenBack, told.notDown], ["restored", 11, [], []]);
  const has = await allOf(lab);
  for (const what of new Set([...Object.keys(had), ...Object.keys(has)])) assert.deepEqual(has[what], had[what], what);
  // Their pods may need a moment to be ready.
  await within(patience, "every application answers", async () => !Object.values(await answers(lab)).some(isTrouble));
  assert.deepEqual(await answers(lab), said);
  await within(patience, "Argo CD sees all in sync and healthy", async () =>
    (await applicationsOf(lab)).every((one) => one.endsWith(" Synced Healthy")),
  );
}

const isTrouble = (words: unknown): boolean => /^5\d\d /.test(String(words));

async function isLost(): Promise<void> {
  const now = await answers(lab);
  for (const what of ["gitlab is ready", "gitlab's projects", "mlflow's models"])
    assert.ok(isTrouble(now[what]), `${what}: ${String(now[what])}`);
}

test("an environment that holds nothing any more comes back whole by one restore of its recovery point", {
  skip,
  timeout,
}, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  point = (await backedUp(lab, "production", "--no-prove")).point.id;
  [had, said] = [await allOf(lab), await answers(lab)];
  assert.ok(!Object.values(said).some(isTrouble), JSON.stringify(said));

  await empty(lab, { workloads: "stay" });
  await isLost();

  await comesBack();
});

test("where what Argo CD deployed is lost too, the cluster's objects come first: Argo CD deploys it again, and the point brings back what it held", {
  skip,
  timeout,
}, async (t) => {
  if (noStore !== false) return t.skip(noStore);
  await empty(lab, { workloads: "gone" });
  await isLost();
  const command = ["backup", "restore", point, "--in-place", "--yes", "--quiet", ...placeIn(lab)];
  const whole = await lab.says("operator", ...command);
  assert.deepEqual([whole.code, /no pod of .* is ready/.test(whole.err)], [1, true], whole.err);

  // Nobody is there who could be held down.
  await lab.does("operator", ...command, "--store", "kubernetes/objects", "--no-fence");
  await within(patience, "Argo CD has deployed all of it", async () => {
    const applications = await applicationsOf(lab);
    return applications.length > 8 && applications.every((one) => one.endsWith(" Synced Healthy"));
  });

  await comesBack();
});
