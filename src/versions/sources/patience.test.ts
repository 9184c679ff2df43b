import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Http, HttpReply } from "../../kernel/ports.ts";
import { createLimits } from "./limits.ts";
import { patient, retryAfterMs } from "./patience.ts";

const now = "2026-11-20T12:00:00.000Z" as Instant;

/** Answers one after the other, the last one again and again. */
function scripted(...answers: (number | HttpReply | Error)[]): Http & { count: number } {
  const port = {
    count: 0,
    fetch: async () => {
      const answer = answers[Math.min(port.count, answers.length - 1)];
      port.count += 1;
      if (answer instanceof Error) throw answer;
      return typeof answer === "object" ? answer : { status: answer ?? 0, headers: {}, body: "" };
    },
  };
  return port;
}

function patientOver(http: Http): { http: Http; pauses: number[] } {
  const pauses: number[] = [];
  const wait = async (millis: number): Promise<void> => void pauses.push(millis);
  return { pauses, http: patient({ http, limits: createLimits(16, 4), wait, random: () => 0.5, now: () => now }) };
}

test("a busy server is asked three times, with pauses that double", async () => {
  const port = scripted(503, 502, 200);
  const { http, pauses } = patientOver(port);

  assert.equal((await http.fetch("https://a/")).status, 200);
  assert.deepEqual(pauses, [375, 750]);
});

test("the third refusal is the answer", async () => {
  const port = scripted(503);

  assert.equal((await patientOver(port).http.fetch("https://a/")).status, 503);
  assert.equal(port.count, 3);
});

test("Retry-After is waited for, unless it is longer than we have", async () => {
  const soon = patientOver(scripted({ status: 429, headers: { "retry-after": "2" }, body: "" }, 200));
  const late = scripted({ status: 429, headers: { "retry-after": "3600" }, body: "" }, 200);

  assert.equal((await soon.http.fetch("https://a/")).status, 200);
  assert.deepEqual(soon.pauses, [2000]);
  assert.equal((await patientOver(late).http.fetch("https://a/")).status, 429);
  assert.equal(late.count, 1);
});

test("what a person has to mend is not asked again", async () => {
  const refused = scripted(new SystemError("certificate", "stop"));
  const bug = scripted(new Error("ours"));

  await assert.rejects(patientOver(refused).http.fetch("https://a/"), /certificate/);
  await assert.rejects(patientOver(bug).http.fetch("https://a/"), /ours/);
  assert.deepEqual(
    [refused.count, bug.count, (await patientOver(scripted(404)).http.fetch("https://a/")).status],
    [1, 1, 404],
  );
});

test("a host that was silent three times is not asked again, others are", async () => {
  const port = scripted(new SystemError("silence", "retry"));
  const { http } = patientOver(port);

  await assert.rejects(http.fetch("https://a/1"), /silence/);
  await assert.rejects(http.fetch("https://a/2"), /silence/);
  assert.equal(port.count, 3);
  await assert.rejects(http.fetch("https://b/1"), /silence/);
  assert.equal(port.count, 6);
});

test("a silent host is explained by its name, not by the page that found it silent", async () => {
  const { http } = patientOver(
    scripted(new SystemError("GET https://a/v2/one/tags/list: the host's name is not known", "retry")),
  );

  await assert.rejects(http.fetch("https://a/v2/one/tags/list"), /one.tags.list: the host's name/);
  await assert.rejects(http.fetch("https://a/v2/two/tags/list"), /^SystemError: a: the host's name is not known/);
});

test("a page that always breaks does not silence a host that answers others", async () => {
  const asked: string[] = [];
  const { http } = patientOver({
    fetch: async (url) => {
      asked.push(url);
      if (url.endsWith("broken")) throw new SystemError("cut", "retry");
      return { status: 200, headers: {}, body: "" };
    },
  });

  await http.fetch("https://a/fine");
  await assert.rejects(http.fetch("https://a/broken"), /cut/);

  assert.equal((await http.fetch("https://a/fine")).status, 200);
  assert.equal(asked.length, 5);
});

test("a host that hangs holds up no other", async () => {
  let release = (): void => undefined;
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const limits = createLimits(6, 4);
  const slow = Array.from({ length: 20 }, () => limits.run("slow", () => hanging));

  const quick = await Promise.all(
    Array.from({ length: 20 }, (_, number) => limits.run(`host${number % 3}`, async () => number)),
  );

  assert.equal(quick.length, 20);
  release();
  await Promise.all(slow);
});

test("never more than the limits run at once, also when work fails", async () => {
  const limits = createLimits(5, 2);
  const running = new Map<string, number>();
  let most = 0;
  let mostOfHost = 0;
  const work = async (host: string, fails: boolean): Promise<void> => {
    running.set(host, (running.get(host) ?? 0) + 1);
    mostOfHost = Math.max(mostOfHost, running.get(host) ?? 0);
    most = Math.max(
      most,
      [...running.values()].reduce((sum, count) => sum + count, 0),
    );
    await new Promise((resolve) => setImmediate(resolve));
    running.set(host, (running.get(host) ?? 0) - 1);
    if (fails) throw new SystemError("x", "stop");
  };

  await Promise.allSettled(
    Array.from({ length: 60 }, (_, number) =>
      limits.run(`h${number % 4}`, () => work(`h${number % 4}`, number % 3 === 0)),
    ),
  );

  assert.deepEqual([most, mostOfHost], [5, 2]);
});

test("Retry-After is seconds or a date", () => {
  assert.equal(retryAfterMs("120", now), 120_000);
  assert.equal(retryAfterMs("Fri, 20 Nov 2026 12:01:00 GMT", now), 60_000);
  assert.equal(retryAfterMs("Fri, 20 Nov 2020 12:01:00 GMT", now), 0);
  assert.equal(retryAfterMs("soon", now), undefined);
  assert.equal(retryAfterMs(undefined, now), undefined);
});
