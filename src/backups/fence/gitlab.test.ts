import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import type { Http } from "../../kernel/ports.ts";
import { gitlabPart } from "./gitlab.ts";

interface Settings {
  maintenance_mode?: boolean;
  maintenance_mode_message?: string;
}

/** GitLab's settings as its API gives and takes them; `token` is what it lets in. */
function gitlab(settings: Settings, token = "canary"): Http {
  return {
    async fetch(url, { method = "GET", headers = {}, body = "{}" } = {}) {
      assert.equal(url, "https://gitlab.example.org/api/v4/application/settings");
      if (headers["private-token"] !== token) return { status: 403, headers: {}, body: "{}" };
      if (method === "PUT") Object.assign(settings, JSON.parse(body));
      return { status: 200, headers: {}, body: JSON.stringify(settings) };
    },
  };
}

let now = Date.UTC(2026, 10, 20, 9);
const clock = () => instantOf(now);
const part = (settings: Settings, token?: string) =>
  gitlabPart({ url: "https://gitlab.example.org/", token: "canary" }, gitlab(settings, token), clock);

test("maintenance mode is on once every process has seen it, and the words that stood there come back", async () => {
  const settings: Settings = { maintenance_mode: false, maintenance_mode_message: "Ask ops" };
  const fence = part(settings);
  await fence.hold("run 1", clock());
  assert.equal(settings.maintenance_mode, true);
  assert.match((await fence.waitingFor()) ?? "", /within 60 seconds/);
  now += 60_000;
  assert.equal(await fence.waitingFor(), undefined);
  assert.equal(await fence.broken(), undefined);

  await fence.renew(clock());
  assert.deepEqual(await fence.mark(), { by: "run 1", at: clock(), was: "Ask ops" });
  await fence.giveBack("another run");
  assert.equal(settings.maintenance_mode, true);
  await fence.giveBack("run 1");
  assert.deepEqual(settings, { maintenance_mode: false, maintenance_mode_message: "Ask ops" });
});

test("a maintenance mode that somebody else turned on holds, and stays on", async () => {
  const settings: Settings = { maintenance_mode: true, maintenance_mode_message: "We move house" };
  const fence = part(settings);
  await fence.hold("run 1", clock());
  assert.equal(await fence.waitingFor(), undefined);
  await fence.giveBack("run 1");
  assert.deepEqual(settings, { maintenance_mode: true, maintenance_mode_message: "We move house" });
  settings.maintenance_mode = false;
  assert.match((await fence.broken()) ?? "", /somebody ended/);
});

test("a maintenance mode that was ended meanwhile and is on again did not hold", async () => {
  const settings: Settings = { maintenance_mode: false };
  const fence = part(settings);
  await fence.hold("run 1", clock());
  settings.maintenance_mode = false;
  await fence.renew(clock());
  assert.equal(settings.maintenance_mode, true);
  assert.match((await fence.broken()) ?? "", /somebody ended/);
});

test("what another run holds is refused, and an edition without the mode says so", async () => {
  const settings: Settings = { maintenance_mode: false };
  await part(settings).hold("run 0", clock());
  await assert.rejects(part(settings).hold("run 1", clock()), (thrown) => {
    return thrown instanceof SystemError && thrown.remedy === "retry" && /run 0 holds/.test(thrown.message);
  });
  await assert.rejects(part({}).hold("run 1", clock()), (thrown) => {
    return thrown instanceof InputError && /needs Premium/.test(thrown.message);
  });
});

test("a token that may not is told, and never shown", async () => {
  await assert.rejects(part({ maintenance_mode: false }, "other").hold("run 1", clock()), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.doesNotMatch(thrown.message, /canary/);
    return /administrator's scope api/.test(thrown.message);
  });
});
