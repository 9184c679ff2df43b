import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { begin, isAt, type Platform, platformIn } from "./story.test-support.ts";

async function workThroughDuties({ cli, json }: Platform): Promise<void> {
  const { items } = (await json("duty", "list")) as { items: readonly { id: string }[] };
  assert.ok(items.some(({ id }) => id === "backups-daily"));
  // Which turns are still to come depends on the day this runs: one is done, each before it is refused for that alone.
  for (const { id } of items) {
    const { code, err } = await cli("duty", "complete", id, "--evidence", "looked at the reports");
    if (code === 0) return;
    assert.match(err, /is not due, and its next turn is not of this/);
  }
}

async function liveThroughAnIncident({ cli, json }: Platform): Promise<void> {
  const about = ["--kind", "outage", "--severity", "high", "--environment", "production"];
  const opened = await json("incident", "open", "MLflow is down", ...about, "--text", "502 since the last sync");
  const id = String(opened["id"]);
  await json("incident", "acknowledge", id);
  const early = await cli("incident", "close", id);
  assert.equal(early.code, 1);
  assert.match(early.err, /not resolved/);
  await json("incident", "resolve", id, "The earlier image was put back");
  const answers = ["--answers", "502", "--answers", "a tag moved", "--answers", "a user", "--answers", "git"];
  const action = JSON.stringify([{ what: "Pin the image", who: "ada", until: "2099-01-01" }]);
  await json("incident", "review", id, ...answers, "--answers", "pins", "--actions", action);
  assert.equal((await json("incident", "close", id))["state"], "closed");
  const { items } = (await json("work", "list")) as { items: readonly { title: string }[] };
  assert.ok(
    items.some(({ title }) => title.includes("Pin the image")),
    "what follows is on the calendar",
  );
}

test("a day of operations by verbs alone: a checklist, duties, an incident, and a journal that shows a forgery", async (t) => {
  const platform = platformIn(t, "releasesEveryHours: 0\n");
  const { json, cli, folder } = platform;
  await platform.up();
  const items = [{ title: "Look at the dashboards" }, { title: "Look at the backups" }];
  const checklist = await begin(platform, "checklist", { title: "Morning round", items });
  for (const said of ["Nothing unusual", "Last night's are there"]) {
    await isAt(platform, checklist, "waiting", "attestation");
    await json("run", "attest", checklist, "--said", said);
  }
  await isAt(platform, checklist, "done");
  await workThroughDuties(platform);
  await liveThroughAnIncident(platform);

  const anchor = await cli("journal", "anchor", "-o", "json");
  writeFileSync(join(folder, "anchor.json"), anchor.out);
  const exported = await cli("journal", "export");
  assert.equal(exported.code, 0, exported.err);
  writeFileSync(join(folder, "log.jsonl"), exported.out);
  const verified = await cli("journal", "verify", "log.jsonl", "--anchor", "anchor.json", "-o", "json");
  assert.equal(verified.code, 0, verified.err + verified.out);
  const forged = exported.out.replace("The earlier image was put back", "Nothing was wrong");
  assert.notEqual(forged, exported.out);
  writeFileSync(join(folder, "log.jsonl"), forged);
  assert.equal((await cli("journal", "verify", "log.jsonl", "--anchor", "anchor.json")).code, 2);
  assert.doesNotMatch(platform.log.text, /DeprecationWarning/, "no statement is sent before the last one ended");
  assert.doesNotMatch(
    platform.log.text + exported.out,
    new RegExp(readFileSync(join(folder, "millwright-data", "admin-token"), "utf8").trim()),
  );
});
