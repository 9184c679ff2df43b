import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { InputError, SystemError } from "../kernel/errors.ts";
import { type Instant, parseInstant } from "../kernel/instant.ts";
import { signS3 } from "../kernel/sign-s3.ts";
import { Endpoint } from "../platform/endpoint.ts";
import { defineProbe, type Probe, type Reading, type System } from "../systems/contract.ts";
import { systems } from "../systems/index.ts";
import { observe, timedOut } from "./observe.ts";
import { type Target, targetsOf } from "./target.ts";

const now = parseInstant("2026-11-20T12:00:00Z") as Instant;
const gitlab = {
  environment: "production",
  component: "gitlab",
  system: "gitlab",
  settings: { url: "https://gitlab.example.org" },
};

function targets(...endpoints: readonly object[]): readonly Target[] {
  return targetsOf(
    endpoints.map((endpoint) => Endpoint.parse(endpoint)),
    systems,
  );
}

test("an endpoint becomes a target for each probe of its system, those that are disabled left out", () => {
  const ids = targets({ ...gitlab, disabled: ["sidekiq"] }).map(({ id }) => id);
  assert.ok(ids.includes("production/gitlab/readiness"));
  assert.ok(!ids.includes("production/gitlab/sidekiq"));
});

test("what no probe reads is refused with what there is", () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [
      { ...gitlab, settings: { ...gitlab.settings, maxQueueSecond: 5 } },
      /no probe of gitlab reads settings\.maxQueueSecond; there is .*maxQueueSeconds/,
    ],
    [{ ...gitlab, credentials: { password: "env:X" } }, /reads credentials\.password; there is .*token/],
    [{ ...gitlab, disabled: ["readyness"] }, /disabled\.readyness; there is .*readiness/],
    [{ ...gitlab, system: "terraform" }, /has no probes; there is gitlab/],
  ];
  for (const [endpoint, words] of wrong)
    assert.throws(
      () => targets(endpoint),
      (thrown) => thrown instanceof InputError && words.test(thrown.message),
    );
  assert.throws(() => targets(gitlab, gitlab), /is there twice/);
});

test("a secret written in clear is refused without being repeated", () => {
  const parsed = Endpoint.safeParse({ ...gitlab, credentials: { token: "glpat-in-clear" } });
  assert.ok(!parsed.success && !parsed.error.message.includes("in-clear"));
});

function target(read: () => Promise<readonly Reading[]>): Target {
  const probe: Probe = defineProbe({
    id: "p",
    tells: "own",
    title: "Is it?",
    needs: ["clock"],
    inputs: z.object({}),
    everySeconds: 60,
    timeoutSeconds: 5,
    source: "this test",
    read,
  });
  const system: System = { id: "x", title: "X", recognition: {}, probes: [probe] };
  const [made] = targetsOf([Endpoint.parse({ environment: "e", component: "c", system: "x" })], [system]);
  assert.ok(made !== undefined);
  return made;
}

const bind = async () => ({ ports: {} as never, redact: (text: string) => text.replaceAll("hunter2", "***") });
const run = (one: Target) => observe(one, { bind, now: () => now }, AbortSignal.timeout(1000));

test("a setting that is wrong makes the probe unknown, with the setting", async () => {
  const [wrong] = targets({ ...gitlab, settings: { url: "gitlab.example.org" } });
  assert.ok(wrong !== undefined);
  const [seen] = await run(wrong);
  assert.ok(seen?.kind === "unknown" && /settings\.url/.test(seen.why));
});

test("failures outside are unknown, by their remedy; mistakes of our own are thrown", async () => {
  const failing = (remedy: "retry" | "stop") =>
    run(target(() => Promise.reject(new SystemError("no hunter2", remedy))));
  const [retry] = await failing("retry");
  const [stop] = await failing("stop");
  assert.ok(retry?.kind === "unknown" && retry.why === "no ***" && /asked again/.test(retry.howToLearn));
  assert.ok(stop?.kind === "unknown" && /does not help/.test(stop.howToLearn));
  await assert.rejects(run(target(() => Promise.reject(new TypeError("our mistake")))), TypeError);
  assert.equal(
    timedOut(
      target(async () => []),
      now,
    ).kind,
    "unknown",
  );
});

test("what others answer is shortened, freed of control characters and secrets, and counted", async () => {
  const reading: Reading = {
    subject: "s",
    kind: "known",
    health: "healthy",
    value: `hunter2\u001b[31m${"x".repeat(9000)}`,
    evidence: "a\nb\u202e hunter2",
  };
  const [seen] = await run(target(async () => [reading]));
  assert.ok(seen?.kind === "known" && typeof seen.value === "string");
  assert.ok(seen.value.length <= 500 && seen.value.startsWith("*** [31m"));
  assert.equal(seen.evidence, "a b  ***");

  const many = await run(
    target(async () => Array.from({ length: 800 }, (_, index) => ({ ...reading, subject: `s${index}` }))),
  );
  assert.equal(many.length, 501);
  assert.ok(many.at(-1)?.kind === "unknown");
});

test("S3 requests are signed as AWS's own example is", () => {
  // docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "GET Object".
  const headers = signS3({
    url: new URL("https://examplebucket.s3.amazonaws.com/test.txt"),
    method: "GET",
    region: "us-east-1",
    accessKey: "AKIAIOSFODNN7EXAMPLE",
    secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    at: parseInstant("2013-05-24T00:00:00Z") as Instant,
    headers: { range: "bytes=0-9" },
  });
  assert.match(
    headers["authorization"] ?? "",
    /Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/,
  );
  assert.equal(headers["host"], undefined);
});

test("an endpoint, or the server for all of them, may have probes ask more often, and never less", () => {
  const endpoint = {
    environment: "e",
    component: "gitlab",
    system: "gitlab",
    settings: { url: "https://g.example.org" },
  };
  const paces = (more: object, all?: number): readonly number[] => {
    const found = targetsOf([Endpoint.parse({ ...endpoint, ...more })], systems, all);
    // It counts what happened within its own interval.
    assert.equal(found.find(({ probe }) => probe.id === "log-signatures")?.probe.everySeconds, 900);
    return [...new Set(found.filter(({ probe }) => !probe.keepsPace).map(({ probe }) => probe.everySeconds))].sort(
      (a, b) => a - b,
    );
  };
  assert.deepEqual(paces({ everySeconds: 10 }), [10]);
  assert.deepEqual(paces({}, 10), [10]);
  assert.deepEqual(paces({ everySeconds: 120 }, 10), [60, 120]);
  assert.deepEqual(paces({ everySeconds: 3600 }), paces({}));
});
