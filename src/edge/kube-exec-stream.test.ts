import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { type LabOptions, startKubernetes } from "../../lab/kubernetes/index.ts";
import { SystemError } from "../kernel/errors.ts";
import type { KubeStream, KubeStreamOptions } from "../kernel/kube.ts";
import { openKubeWriter } from "./kube.ts";
import { execStream } from "./kube-exec-stream.ts";
import { openTransport } from "./kube-transport.ts";

const pod = { namespace: "default", name: "web-0" };

/** Programs of this machine are those of the pod. */
const real: NonNullable<LabOptions["exec"]> = ({ command: [program = "", ...args], stdin }) => {
  const child = spawn(program, args, { stdio: "pipe" });
  stdin.pipe(child.stdin).on("error", () => undefined);
  const exitCode = new Promise<number>((done) => child.once("close", (code) => done(code ?? 137)));
  return { stdout: child.stdout, stderr: child.stderr, exitCode, kill: () => child.kill("SIGKILL") };
};

async function cluster(options: LabOptions = {}) {
  const lab = await startKubernetes({ stepMs: 0, exec: real, ...options });
  lab.seed([{ apiVersion: "v1", kind: "Pod", metadata: { ...pod } }]);
  after(() => lab.close());
  const kube = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/test" });
  const run = async (options: KubeStreamOptions): Promise<KubeStream> => {
    const started = await kube.execStream(pod, options);
    assert.ok(started.kind === "known");
    return started.value;
  };
  return { lab, kube, run };
}

async function digestOf(stream: AsyncIterable<Uint8Array>) {
  const sha256 = createHash("sha256");
  let bytes = 0;
  for await (const chunk of stream) {
    sha256.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sha256.digest("hex") };
}

async function* zeros(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(65_536);
}

const cut = (thrown: unknown): boolean =>
  thrown instanceof SystemError && thrown.remedy === "retry" && /cut before the program ended/.test(thrown.message);

const { kube, run } = await cluster();

test("what a program prints and its exit code come whole", async () => {
  const running = await run({ command: ["sh", "-c", "head -c 50000000 /dev/zero; echo done >&2; exit 7"] });

  const { bytes, sha256 } = await digestOf(running.output);

  assert.equal(bytes, 50_000_000);
  assert.equal(sha256, createHash("sha256").update(Buffer.alloc(50_000_000)).digest("hex"));
  assert.deepEqual(await running.ended, { exitCode: 7, stderr: "done\n" });
});

test("a program reads its input to the end, and then ends", async () => {
  const running = await run({ command: ["wc", "-c"], stdin: zeros(300) });

  let said = "";
  for await (const chunk of running.output) said += Buffer.from(chunk).toString();

  assert.equal(said.trim(), String(300 * 65_536));
  assert.equal((await running.ended).exitCode, 0);
});

test("a program that nobody reads from waits, and little of it is held", async () => {
  let sent = 0;
  const endless = await cluster({
    exec: () => ({
      stdout: (async function* () {
        for (; sent < 400; sent += 1) yield Buffer.alloc(1_000_000, sent);
      })(),
      exitCode: Promise.resolve(0),
    }),
  });
  const running = await endless.run({ command: ["endless"] });
  const read = running.output[Symbol.asyncIterator]();
  await read.next();
  let before = -1;
  for (let still = 0; still < 3; still = before === sent ? still + 1 : 0) {
    before = sent;
    await new Promise((done) => setTimeout(done, 50));
  }

  assert.ok(sent < 100, `${sent} MB were sent to one who read one`);
  let bytes = 0;
  for await (const chunk of { [Symbol.asyncIterator]: () => read }) bytes += chunk.length;
  assert.ok(bytes >= 399_000_000 - 1_000_000 && sent === 400);
});

test("a connection that is cut is never a good end, for the output as for the exit code", async () => {
  const running = await run({ command: ["sh", "-c", "echo half; exec sleep 60"] });
  running.stop();
  await assert.rejects(digestOf(running.output), SystemError);
  await assert.rejects(running.ended, SystemError);

  const { url, close } = await bareServer((socket) => {
    socket.send(Buffer.from("\u0001half"), () => setImmediate(() => socket.terminate()));
  });
  const lost = await startOn(url);
  await assert.rejects(digestOf(lost.output), cut);
  await assert.rejects(lost.ended, cut);
  close();
});

test("a server that closes without a status did not say that all went well", async () => {
  const { url, close } = await bareServer((socket) => {
    socket.send(Buffer.from("\u0001half"));
    socket.close(1000);
  });
  const started = await startOn(url);

  await assert.rejects(digestOf(started.output), cut);
  await assert.rejects(started.ended, cut);
  close();
});

test("a server that gives no sign of life any more is left", async () => {
  const { url, close } = await bareServer(() => undefined, false);
  const started = await startOn(url, 10);

  await assert.rejects(digestOf(started.output), cut);
  close();
});

test("a program of the server's that cannot be started is said in its words", async () => {
  const status = { status: "Failure", reason: "InternalError", message: 'container not found ("postgres")' };
  const { url, close } = await bareServer((socket) => socket.send(Buffer.from(`\u0003${JSON.stringify(status)}`)));
  const started = await startOn(url);

  await assert.rejects(started.ended, /container not found \("postgres"\)/);
  close();
});

test("a source that breaks while the program reads it is the failure that is told", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    throw new Error("the disk is gone");
  }
  const running = await run({ command: ["sh", "-c", "cat; exec sleep 60"], stdin: broken() });

  await assert.rejects(digestOf(running.output), /the disk is gone/);
  await assert.rejects(running.ended, /the disk is gone/);
});

test("a signal ends it with its reason", async () => {
  const stopping = new AbortController();
  const running = await run({ command: ["sh", "-c", "echo half; exec sleep 60"], signal: stopping.signal });
  stopping.abort(new SystemError("the backup was broken off", "stop"));

  await assert.rejects(running.ended, /the backup was broken off/);
  await assert.rejects(
    kube.execStream(pod, { command: ["true"], signal: AbortSignal.abort(new SystemError("too late", "stop")) }),
    /too late/,
  );
});

test("a program may end before it has read everything", async () => {
  const running = await run({ command: ["head", "-c", "3"], stdin: zeros(2000) });

  assert.equal((await digestOf(running.output)).bytes, 3);
  assert.equal((await running.ended).exitCode, 0);
});

test("a cluster that cannot close an input runs programs that end by themselves, and refuses others", async () => {
  const { run: runThere, kube: there } = await cluster({ execProtocol: "v4.channel.k8s.io" });
  const ends = await runThere({ command: ["head", "-c", "3"], stdin: zeros(1), endsByItself: true });

  assert.equal((await digestOf(ends.output)).bytes, 3);
  await assert.rejects(
    there.execStream(pod, { command: ["cat"], stdin: zeros(1) }),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "stop" && /v4/.test(thrown.message),
  );
});

test("of a program that complains without end the beginning and the end are kept", async () => {
  const running = await run({ command: ["sh", "-c", "echo first >&2; head -c 9000000 /dev/zero >&2; echo last >&2"] });
  await digestOf(running.output);
  const { stderr } = await running.ended;

  assert.ok(stderr.startsWith("first") && stderr.endsWith("last\n") && stderr.length < 70_000);
});

test("a pod that is not there is absent, and a right that is missing is named", async () => {
  const { lab } = await cluster();
  const looker = openKubeWriter({ kubeconfig: lab.kubeconfig("default/looker"), userAgent: "millwright/test" });

  const none = await kube.execStream({ ...pod, name: "web-9" }, { command: ["true"] });
  const refused = await looker.execStream(pod, { command: ["true"] });

  assert.equal(none.kind, "absent");
  assert.ok(refused.kind === "unknown" && /create pods\/exec in namespace default/.test(refused.why));
});

async function bareServer(serve: (socket: WebSocket) => void, autoPong = true) {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    autoPong,
    handleProtocols: (asked) => [...asked][0] ?? false,
  });
  server.on("connection", serve);
  await new Promise((done) => server.once("listening", done));
  const address = server.address();
  const close = (): void => {
    for (const one of server.clients) one.terminate();
    server.close();
  };
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, close };
}

async function startOn(url: string, asking?: number): Promise<KubeStream> {
  const connection = {
    server: new URL(url),
    verify: true,
    context: "test",
    login: async () => ({ headers: {} }),
  } as unknown as Parameters<typeof openTransport>[0];
  const started = await execStream(
    openTransport(connection, { userAgent: "test" }),
    pod,
    { command: ["psql"] },
    asking,
  );
  assert.ok(started.kind === "known");
  return started.value;
}
