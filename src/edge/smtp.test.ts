import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, type TestContext, test } from "node:test";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { Authority } from "../../lab/kubernetes/certificates.ts";
import { SystemError } from "../kernel/errors.ts";
import { openSmtp, type SmtpOptions } from "./smtp.ts";

const authority = new Authority();
after(() => authority.close());
const certificate = authority.server();

interface Got {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: unknown;
  readonly text: string;
}

/** A mail server on this machine, with a certificate of our own authority. */
async function mailServer(t: TestContext, options: SMTPServerOptions = {}) {
  const got: Got[] = [];
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _, callback) =>
      password === "right" ? callback(null, { user: username }) : callback(new Error("wrong password")),
    onData(stream, { envelope, secure, user }, callback) {
      let text = "";
      stream.on("data", (part: Buffer) => {
        text += part.toString("utf8");
      });
      stream.on("end", () => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        got.push({ from, to: envelope.rcptTo.map(({ address }) => address), secure, user, text });
        callback();
      });
    },
    ...options,
  });
  server.on("error", () => undefined); // a client that does not trust us hangs up
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  t.after(() => new Promise<void>((done) => server.close(() => done())));
  return { got, port: (server.server.address() as AddressInfo).port };
}

const mail = { id: "abc-1", to: ["ada@example.org"], subject: "Subject", text: "plain", html: "<p>rich</p>" };

function options(port: number, more: Partial<SmtpOptions> = {}): SmtpOptions {
  return {
    host: "localhost",
    port,
    tls: "starttls",
    user: undefined,
    password: undefined,
    from: "millwright@example.org",
    ca: authority.cert,
    ...more,
  };
}

async function refusal(work: Promise<void>): Promise<SystemError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof SystemError);
  return thrown;
}

test("mail goes out over STARTTLS with a login, as text and as HTML, with an id that stays", async (t) => {
  const { got, port } = await mailServer(t);
  const mailer = openSmtp(options(port, { user: "millwright", password: async () => "right\n" }));

  await mailer.send(mail);
  await mailer.send(mail);

  const [first, second] = got as [Got, Got];
  assert.deepEqual(
    [first.from, first.to, first.secure, first.user],
    ["millwright@example.org", ["ada@example.org"], true, "millwright"],
  );
  assert.match(first.text, /^Subject: Subject\r?$/m);
  assert.match(first.text, /text\/plain[\s\S]*plain[\s\S]*text\/html[\s\S]*<p>rich<\/p>/);
  for (const { text } of [first, second]) assert.match(text, /^Message-ID: <abc-1@example\.org>/m);
});

test("a server that does not offer TLS gets no mail and no password", async (t) => {
  const { got, port } = await mailServer(t, { disabledCommands: ["STARTTLS"] });

  const thrown = await refusal(openSmtp(options(port, { user: "u", password: async () => "right" })).send(mail));

  assert.equal(thrown.remedy, "stop");
  assert.equal(got.length, 0);
});

test("a certificate that is not trusted is refused, with a person to put it right", async (t) => {
  const { got, port } = await mailServer(t);
  const { ca: _, ...withoutCa } = options(port);

  const thrown = await refusal(openSmtp(withoutCa).send(mail));

  assert.match(thrown.message, /localhost:\d+: .*certificate/);
  assert.equal(got.length, 0);
});

test("a wrong password is for a person, a busy server is asked again, a refused address is not", async (t) => {
  const answer = (code: number) => ({
    onRcptTo: (_: unknown, __: unknown, callback: (error: Error) => void) =>
      callback(Object.assign(new Error("no"), { responseCode: code })),
  });
  const plain = await mailServer(t);
  const busy = await mailServer(t, answer(451));
  const closed = await mailServer(t, answer(550));

  const wrong = await refusal(openSmtp(options(plain.port, { user: "u", password: async () => "s3cr3t" })).send(mail));
  assert.equal(wrong.remedy, "stop");
  assert.doesNotMatch(wrong.message, /s3cr3t/);
  assert.equal((await refusal(openSmtp(options(busy.port)).send(mail))).remedy, "retry");
  assert.equal((await refusal(openSmtp(options(closed.port)).send(mail))).remedy, "stop");
  assert.equal((await refusal(openSmtp(options(9)).send(mail))).remedy, "retry");
});

test("a line break in a subject or an address adds no header and no receiver", async (t) => {
  const { got, port } = await mailServer(t);

  await openSmtp(options(port)).send({ ...mail, subject: "x\r\nBcc: eve@example.org" });

  assert.deepEqual(got[0]?.to, ["ada@example.org"]);
  assert.doesNotMatch(got[0]?.text ?? "", /^Bcc:/m);
});
