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

const api = "https://gitlab.example.org/api/v4";

interface AuditEvent {
  readonly id: number;
  readonly entity_type: string;
  readonly details: object;
}

/** What somebody does to GitLab behind our back, and how it answers. */
interface Stand {
  readonly token: string;
  /** The newest last. */
  readonly events: AuditEvent[];
  /** What is answered in place of audit events. */
  audit: { readonly status: number; readonly body: string } | undefined;
  /** Of the parameter `entity_type`, which knows instances since 17.2. */
  knowsInstances: boolean;
}

function stand(more: Partial<Stand> = {}): Stand {
  return { token: "canary", events: [], audit: undefined, knowsInstances: true, ...more };
}

/** As GitLab changes its settings by whoever asks it: each change is an event of its own. */
function change(settings: Settings, { events }: Stand, wanted: Settings): void {
  for (const [name, to] of Object.entries(wanted)) {
    const from = settings[name as keyof Settings];
    if (from === to) continue;
    const details = { change: name, from, to, event_name: "application_setting_updated" };
    events.push({ id: 40 + events.length, entity_type: "Gitlab::Audit::InstanceScope", details });
  }
  Object.assign(settings, wanted);
}

/** GitLab's settings as its API gives and takes them, and its audit events, the newest first. */
function gitlab(settings: Settings, at: Stand): Http {
  const audited = (query: URLSearchParams) => {
    const type = query.get("entity_type");
    if (type !== null && !at.knowsInstances) return { status: 400, headers: {}, body: "{}" };
    const page = at.events.filter((one) => type === null || one.entity_type === type).slice(-100);
    return { headers: {}, ...(at.audit ?? { status: 200, body: JSON.stringify(page.toReversed()) }) };
  };
  return {
    async fetch(url, { method = "GET", headers = {}, body = "{}" } = {}) {
      if (headers["private-token"] !== at.token) return { status: 403, headers: {}, body: "{}" };
      if (url.startsWith(`${api}/audit_events?`)) return audited(new URL(url).searchParams);
      assert.equal(url, `${api}/application/settings`);
      if (method === "PUT") change(settings, at, JSON.parse(body) as Settings);
      return { status: 200, headers: {}, body: JSON.stringify(settings) };
    },
  };
}

let now = Date.UTC(2026, 10, 20, 9);
const clock = () => instantOf(now);
const part = (settings: Settings, at: Stand = stand()) =>
  gitlabPart({ url: "https://gitlab.example.org/", token: "canary" }, gitlab(settings, at), clock);

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

for (const knowsInstances of [true, false])
  test(`a mode that somebody turns off and on between two renewals did not hold, ${knowsInstances ? "since" : "before"} GitLab 17.2`, async () => {
    const settings: Settings = { maintenance_mode: false };
    const at = stand({ knowsInstances });
    change(settings, at, { maintenance_mode: true });
    change(settings, at, { maintenance_mode: false });
    const fence = part(settings, at);
    await fence.hold("run 1", clock());
    now += 30_000;
    await fence.renew(clock());
    assert.equal(await fence.broken(), undefined, "what was before, and what is ours, is nobody's");

    change(settings, at, { maintenance_mode: false });
    change(settings, at, { maintenance_mode: true });
    now += 30_000;
    await fence.renew(clock());
    for (let n = 0; n < 150; n += 1) change(settings, at, { maintenance_mode_message: `${n}` });
    assert.match((await fence.broken()) ?? "", /somebody ended/);
  });

test("one that somebody else had turned on, and turns off and on meanwhile, did not hold", async () => {
  const settings: Settings = { maintenance_mode: true, maintenance_mode_message: "We move house" };
  const at = stand();
  const fence = part(settings, at);
  await fence.hold("run 1", clock());
  assert.equal(await fence.broken(), undefined);
  change(settings, at, { maintenance_mode: false });
  change(settings, at, { maintenance_mode: true });
  assert.match((await fence.broken()) ?? "", /somebody ended/);
});

test("where GitLab does not tell its audit events, or too few of them, nobody knows whether the mode held", async () => {
  const broken = async (audit: Stand["audit"]) => {
    const at = stand();
    const fence = part({ maintenance_mode: false }, at);
    await fence.hold("run 1", clock());
    at.audit = audit;
    return fence.broken();
  };
  assert.match(
    (await broken({ status: 404, body: "{}" })) ?? "",
    /is not known: GitLab answered 404 to its audit events/,
  );
  assert.match(
    (await broken({ status: 200, body: "{}" })) ?? "",
    /is not known: GitLab's answer holds no audit events/,
  );
  assert.match(
    (await broken({ status: 200, body: "[]" })) ?? "",
    /is not known: its audit events do not show that it was turned on/,
  );
  const many = Array.from({ length: 100 }, (_, n) => ({ id: 999 - n, details: {} }));
  assert.match((await broken({ status: 200, body: JSON.stringify(many) })) ?? "", /more happened than one page shows/);
  const oldest = JSON.stringify(many.toReversed());
  assert.match((await broken({ status: 200, body: oldest })) ?? "", /the oldest first/);

  const silent = stand({ audit: { status: 403, body: "{}" } });
  const fence = part({ maintenance_mode: false }, silent);
  await fence.hold("run 1", clock());
  await fence.renew(clock());
  silent.audit = undefined;
  assert.match((await fence.broken()) ?? "", /is not known: GitLab answered 403/);
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
  await assert.rejects(
    part({ maintenance_mode: false }, stand({ token: "other" })).hold("run 1", clock()),
    (thrown) => {
      assert.ok(thrown instanceof InputError);
      assert.doesNotMatch(thrown.message, /canary/);
      return /administrator's scope api/.test(thrown.message);
    },
  );
});
