import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type TestContext, test } from "node:test";
import { openHttp } from "../edge/http.ts";
import { serveLocally } from "../edge/local-server.ts";
import { SystemError } from "../kernel/errors.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import { Notices } from "../platform/server-parts.ts";
import { minutesLater, testNow } from "./channel.test-support.ts";
import { noticeChannels } from "./channels.ts";
import type { Notice } from "./notice.ts";
import { checkSignature, isSignedByPagerDuty } from "./signature.ts";

const notice: Notice = {
  id: 7,
  key: "disk",
  severity: "critical",
  title: "Disk <b>full</b> <!channel> @all",
  text: "First line\n\nSecond & last",
  environment: "production",
  link: "/api/v1/incidents/3",
  audience: [],
  page: { thread: "incident/3", action: "trigger" },
  at: testNow,
};

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with a status, and what it got. */
async function receiver(t: TestContext, status = 200) {
  const got: Received[] = [];
  const server = await serveLocally((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  t.after(() => server.close());
  return { got, url: `${server.url}/hook/s3cr3t-path?token=s3cr3t` };
}

async function sendTo(url: string, settings: object): Promise<void> {
  const secrets: Readonly<Record<string, string>> = { URL: url, KEY: "k3y", ROUTING: "r0uting" };
  const channels = noticeChannels(Notices.parse(settings), {
    http: openHttp({ userAgent: "millwright/test" }),
    mailer: undefined,
    secret: async (ref: SecretRef) => (ref.kind === "env" ? (secrets[ref.name] ?? "") : ""),
    publicUrl: "https://millwright.example.org/",
  });
  for (const channel of channels)
    await channel.send({ id: "11111111-1111-4111-8111-111111111111", notice, tried: 0, now: testNow });
}

test("a signed webhook is taken by whoever knows the key, and by nobody after the replay window", async (t) => {
  const { got, url } = await receiver(t);

  await sendTo(url, { webhooks: [{ name: "ops", url: "env:URL", signingKey: "env:KEY" }] });

  const [{ headers, body }] = got as [Received];
  const header = (name: string) => headers[name]?.toString();
  assert.equal(header("idempotency-key"), header("webhook-id"));
  assert.equal(checkSignature("k3y", header, body, testNow), "right");
  assert.equal(checkSignature("k3y", header, body, minutesLater(4)), "right");
  assert.equal(checkSignature("k3y", header, body, minutesLater(6)), "too-old");
  assert.equal(checkSignature("k3y", header, body, minutesLater(-6)), "too-old");
  assert.equal(checkSignature("other", header, body, testNow), "wrong");
  assert.equal(checkSignature("k3y", header, `${body} `, testNow), "wrong");
  assert.equal(
    checkSignature("k3y", () => undefined, body, testNow),
    "missing",
  );
  assert.equal(checkSignature("", header, body, testNow), "missing");
  assert.partialDeepStrictEqual(JSON.parse(body), {
    schema: "millwright/notice/1",
    id: "11111111-1111-4111-8111-111111111111",
    key: "disk",
    address: "https://millwright.example.org/api/v1/incidents/3",
  });
});

test("a signature is the one that the specification's own example has", () => {
  // github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md: secret, id, timestamp and body of the examples.
  const headers: Readonly<Record<string, string>> = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const verdict = checkSignature(
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    (name) => headers[name],
    '{"test": 2432232314}',
    "2021-02-25T15:02:10.000Z" as typeof testNow,
  );

  assert.equal(verdict, "right");
});

test("PagerDuty's signature is one of those in its header", () => {
  const right = createHmac("sha256", "k3y").update("{}").digest("hex");

  assert.equal(isSignedByPagerDuty("k3y", `v1=${"0".repeat(64)},v1=${right}`, "{}"), true);
  assert.equal(isSignedByPagerDuty("k3y", `v1=${right}`, "{ }"), false);
  assert.equal(isSignedByPagerDuty("other", `v1=${right}`, "{}"), false);
  assert.equal(isSignedByPagerDuty("k3y", undefined, "{}"), false);
  assert.equal(isSignedByPagerDuty("", `v1=${right}`, "{}"), false);
});

test("chat services get their own form, and no text in it wakes everybody", async (t) => {
  const { got, url } = await receiver(t);
  const webhooks = ["slack", "mattermost", "teams"].map((form) => ({ name: form, url: "env:URL", form }));

  await sendTo(url, { webhooks });

  const [slack, mattermost, teams] = got.map(({ body }) => JSON.parse(body));
  assert.equal(
    slack.text,
    "*[CRITICAL] production: Disk &lt;b&gt;full&lt;/b&gt; &lt;!channel&gt; @all*\nFirst line\n\nSecond &amp; last\nhttps://millwright.example.org/api/v1/incidents/3",
  );
  assert.match(mattermost.text, /@\u200ball/);
  assert.equal(teams.attachments[0].contentType, "application/vnd.microsoft.card.adaptive");
  assert.equal(teams.attachments[0].content.body[0].text, "[CRITICAL] production: Disk <b>full</b> <!channel> @all");
});

test("a page has the thread as its key, by which the acknowledgement comes back", async (t) => {
  const { got, url } = await receiver(t, 202);

  await sendTo(url, { pager: { url: "env:URL", routingKey: "env:ROUTING" } });

  assert.partialDeepStrictEqual(JSON.parse(got[0]?.body ?? ""), {
    routing_key: "r0uting",
    event_action: "trigger",
    dedup_key: "incident/3",
    payload: { severity: "critical", source: "production" },
  });
});

test("a busy receiver is asked again, one that says no is not; neither failure holds the address", async (t) => {
  const settings = { webhooks: [{ name: "ops", url: "env:URL", signingKey: "env:KEY" }] };
  const failureOf = async (status: number) => {
    const { url } = await receiver(t, status);
    return sendTo(url, settings).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  };

  for (const [status, remedy] of [
    [500, "retry"],
    [429, "retry"],
    [404, "stop"],
    [401, "stop"],
  ] as const) {
    const thrown = await failureOf(status);
    assert.ok(thrown instanceof SystemError);
    assert.equal(thrown.remedy, remedy);
    assert.doesNotMatch(thrown.message, /s3cr3t|k3y/);
  }
});

test("a receiver that is away, or an address that is none, is told without its secret", async () => {
  const settings = { webhooks: [{ name: "ops", url: "env:URL" }] };

  for (const url of ["http://127.0.0.1:9/s3cr3t-path", "s3cr3t-path"]) {
    const thrown = await sendTo(url, settings).catch((error: unknown) => error);
    assert.ok(thrown instanceof SystemError);
    assert.doesNotMatch(`${thrown.message}${JSON.stringify(thrown)}`, /s3cr3t/);
  }
});
