// oxlint-disable no-restricted-imports -- tests start the servers that they read from
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, verify } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { stubStore } from "../../../edge/object-store.test-support.ts";
import type { ProgramCall } from "../../../kernel/backup-ports.ts";
import type { KubeObject } from "../../../kernel/kube.ts";
import { folder } from "../../others/prove.test-support.ts";
import { testPorts } from "../../own.test-support.ts";
import type { Taking } from "../../store-kind.ts";
import { privateGit, repositoryWith } from "./git-server.test-support.ts";
import { skipSsh, sshKey, sshServer } from "./ssh-server.test-support.ts";
import type { NamedValues } from "./values.ts";
import { readValues } from "./values-from-git.ts";

const text = "image: {tag: 2.14.1}\n";
const basic = `Basic ${Buffer.from("reader:canary-password").toString("base64")}`;

function named(repository: string, revision: string): NamedValues {
  const asking = { namespace: "argocd", project: "default" };
  return { application: "argocd/mlflow", repository, revision, file: "mlflow/values.yaml", asking };
}

function secret(said: Readonly<Record<string, string>>, type = "repository") {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "argocd", name: "deploy", labels: { "argocd.argoproj.io/secret-type": type } },
    data: Object.fromEntries(Object.entries(said).map(([key, word]) => [key, Buffer.from(word).toString("base64")])),
  };
}

const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "argocd", name },
  data,
});

const secrets = /canary|Y2FuYXJ5|Basic|Bearer|PRIVATE KEY/;

/** Reads, and says what Git was started with: no secret is among it. */
async function read(
  values: readonly NamedValues[],
  objects: readonly KubeObject[],
  mirrors: Readonly<Record<string, string>> = {},
) {
  const calls: ProgramCall[] = [];
  const programs = {
    ...testPorts.programs,
    start(call: ProgramCall) {
      calls.push(call);
      return testPorts.programs.start(call);
    },
  };
  const clock = { now: () => "2026-11-20T09:00:00.000Z" };
  const taking = { ports: { ...testPorts, programs }, clock, scratch: folder(), signal: new AbortController().signal };
  const found = await readValues(values, objects, mirrors, taking as unknown as Taking);
  assert.doesNotMatch(JSON.stringify(calls.map(({ args, env }) => [args, env])), secrets);
  assert.doesNotMatch(JSON.stringify(found), secrets);
  return found;
}

test("a repository that wants a name and a password is read with Argo CD's, also one for many", async () => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);
  const { port } = await privateGit(parent, basic);
  const url = `http://127.0.0.1:${port}/deploy.git`;
  const login = { username: "reader", password: "canary-password" };

  const [own] = await read([named(url, revision)], [secret({ url, ...login })]);
  const [many] = await read(
    [named(url, "main")],
    [secret({ url: `http://127.0.0.1:${port}/`, ...login }, "repo-creds")],
  );
  // Who is named in an address was struck out of it.
  const [struck] = await read([named(url.replace("//", "//***@"), revision)], [secret({ url, ...login })]);

  assert.deepEqual([own?.text, own?.note], [text, undefined]);
  assert.deepEqual([many?.text, struck?.text], [text, text]);
  assert.deepEqual(Object.keys(own ?? {}), ["application", "repository", "revision", "file", "text", "sha256"]);
});

test("without a login, and with a wrong one, the file is left and told why", async () => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);
  const { port, shown } = await privateGit(parent, basic);
  const url = `http://127.0.0.1:${port}/deploy.git`;

  const [none] = await read([named(url, revision)], []);
  const [wrong] = await read([named(url, revision)], [secret({ url, username: "reader", password: "canary-wrong" })]);
  const [cloud] = await read([named(url, revision)], [secret({ url, gcpServiceAccountKey: "canary" })]);

  assert.match(none?.note ?? "", /^git did not read it: fatal: Authentication failed for/);
  assert.match(wrong?.note ?? "", /Authentication failed for .*\(with the login of Secret argocd\/deploy\)$/);
  assert.match(cloud?.note ?? "", /Secret argocd\/deploy, is of a cloud's identity, which is not done here/);
  assert.ok(shown.some((header) => header?.includes("Basic")));
});

test("a file that is too large, and a server that answers nothing, are left and told why", async (context) => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", "a".repeat(4_000_001));
  const { port } = await privateGit(parent, basic);
  const url = `http://127.0.0.1:${port}/deploy.git`;
  const login = secret({ url, username: "reader", password: "canary-password" });

  const [large] = await read([named(url, revision)], [login]);
  assert.deepEqual([large?.note, large?.text], ["git did not read it: it has more than 4 MB", undefined]);

  const heard: Socket[] = [];
  const silent = createServer((socket) => void heard.push(socket)).listen(0, "127.0.0.1");
  context.after(() => {
    for (const socket of heard) socket.destroy();
    silent.close();
  });
  await once(silent, "listening");
  const soon = AbortSignal.timeout.bind(AbortSignal);
  context.mock.method(AbortSignal, "timeout", (millis: number) => soon(millis === 120_000 ? 500 : millis));
  const { port: dead } = silent.address() as AddressInfo;
  const [late] = await read([named(`http://127.0.0.1:${dead}/deploy.git`, revision)], []);
  assert.equal(late?.note, "git did not read it: it took longer than 120 seconds");
});

test("a declared mirror is read instead of the repository, and is shown no login for it", async () => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);
  const { port, shown } = await privateGit(parent, basic);
  const url = "https://git.example.org/platform/deploy.git";
  const login = secret({ url, username: "reader", password: "canary-password" });

  const [near] = await read([named(url, revision)], [login], { [url]: join(parent, "deploy.git") });
  const [far] = await read([named(url, revision)], [login], { [url]: `http://127.0.0.1:${port}/deploy.git` });
  const [gone] = await read([named(url, revision)], [login], { [url]: join(parent, "absent.git") });

  assert.deepEqual([near?.text, near?.repository, near?.note], [text, url, undefined]);
  assert.match(far?.note ?? "", /^git did not read it: fatal: /);
  assert.deepEqual(new Set(shown), new Set([undefined]));
  assert.match(gone?.note ?? "", /absent\.git' does not appear to be a git repository$/);
});

test("an Application names no folder of the machine that takes the backup", async () => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);

  const [one] = await read([named(join(parent, "deploy.git"), revision)], []);

  assert.deepEqual([one?.text, one?.note], [undefined, "the repository is none that is read from here"]);
});

test("a login does not follow a redirect to another server", async () => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);
  const far = await privateGit(parent, basic);
  const { createServer } = await import("node:http");
  const near = createServer((request, response) => {
    response.writeHead(301, { location: `http://127.0.0.1:${far.port}${request.url}` }).end();
  });
  await new Promise<void>((resolve) => near.listen(0, "127.0.0.1", resolve));
  test.after(() => near.close());
  const address = near.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/deploy.git`;

  const [one] = await read([named(url, revision)], [secret({ url, username: "reader", password: "canary-password" })]);

  assert.match(one?.note ?? "", /git did not read it/);
  assert.deepEqual(far.shown, []);
});

test("a token is shown to a server whose certificate Argo CD trusts, and to no other", async () => {
  const at = folder();
  const pair = `-keyout ${join(at, "key")} -out ${join(at, "cert")} -subj /CN=localhost`;
  const made =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -addext subjectAltName=DNS:localhost";
  execFileSync("openssl", `${made} ${pair}`.split(" "), { stdio: "ignore" });
  const [key, cert] = [readFileSync(join(at, "key"), "utf8"), readFileSync(join(at, "cert"), "utf8")];
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);
  const { port, shown } = await privateGit(parent, "Bearer canary-token", { key, cert });
  const url = `https://localhost:${port}/deploy.git`;
  const token = secret({ url, bearerToken: "canary-token" });

  const [unknown] = await read([named(url, revision)], [token]);
  assert.deepEqual([/certificate/i.test(unknown?.note ?? ""), shown], [true, []]);
  const [known] = await read([named(url, revision)], [token, configMap("argocd-tls-certs-cm", { localhost: cert })]);
  const [insecure] = await read(
    [named(url, revision)],
    [secret({ url, bearerToken: "canary-token", insecure: "true" })],
  );
  assert.deepEqual([known?.text, insecure?.text], [text, text]);
});

test("a repository behind SSH is read with Argo CD's key, from a host that Argo CD knows", {
  skip: skipSsh,
}, async () => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);
  const [key, other] = [sshKey(), sshKey()];
  const { address, host } = await sshServer(key.open);
  const url = `ssh://${address}${parent}/deploy.git`;
  const of = ({ own }: typeof key, more = {}) => secret({ url, sshPrivateKey: own, ...more });
  const known = configMap("argocd-ssh-known-hosts-cm", { ssh_known_hosts: `# ours\n${host}\n` });

  const [own] = await read([named(url, revision)], [of(key), known]);
  const [insecure] = await read([named(url, revision)], [of(key, { insecure: "true" })]);
  const [wrong] = await read([named(url, revision)], [of(other), known]);
  const strange = {
    ...known,
    data: { ssh_known_hosts: host.replace(/ssh-ed25519 .*/, other.open) },
  };
  const [changed] = await read([named(url, revision)], [of(key), strange]);

  assert.deepEqual([own?.text, own?.note, insecure?.text], [text, undefined, text]);
  assert.match(wrong?.note ?? "", /read it: .*Permission denied.* \(with the login of Secret argocd\/deploy\)$/);
  assert.match(changed?.note ?? "", /Host key verification failed/);
});

test("a GitHub App's key is exchanged for a token, which alone is shown to Git", async () => {
  const { folder: parent, revision } = repositoryWith("mlflow/values.yaml", text);
  const { port } = await privateGit(parent, `Basic ${Buffer.from("x-access-token:canary-token").toString("base64")}`);
  const [own, other] = [
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ];
  const asked: unknown[] = [];
  const api = await stubStore((request, response) => {
    const [head = "", claims = "", signature = ""] = (request.headers.authorization ?? "")
      .replace("Bearer ", "")
      .split(".");
    const isOurs = verify(
      "sha256",
      Buffer.from(`${head}.${claims}`),
      own.publicKey,
      Buffer.from(signature, "base64url"),
    );
    asked.push(request.method, request.url, JSON.parse(Buffer.from(claims, "base64url").toString("utf8")));
    response
      .writeHead(isOurs ? 201 : 401)
      .end(JSON.stringify(isOurs ? { token: "canary-token" } : { message: "canary" }));
  });
  const url = `http://127.0.0.1:${port}/deploy.git`;
  const of = (githubAppPrivateKey: string) =>
    secret({
      url,
      githubAppID: "7",
      githubAppInstallationID: "12",
      githubAppPrivateKey,
      githubAppEnterpriseBaseUrl: `${api}/api/v3/`,
    });
  const pem = ({ privateKey }: typeof own): string => privateKey.export({ type: "pkcs1", format: "pem" }).toString();

  const [entered] = await read([named(url, revision)], [of(pem(own))]);
  const [wrong] = await read([named(url, revision)], [of(pem(other))]);
  const [none] = await read([named(url, revision)], [of("canary")]);

  assert.deepEqual([entered?.text, entered?.note], [text, undefined]);
  const at = Date.UTC(2026, 10, 20, 9) / 1000;
  assert.deepEqual(asked.slice(0, 3), [
    "POST",
    "/api/v3/app/installations/12/access_tokens",
    { iat: at - 60, exp: at + 540, iss: "7" },
  ]);
  assert.match(wrong?.note ?? "", /^GitHub gave its App no token: 127\.0\.0\.1:\d+ answered 401 \(with the login of/);
  assert.match(none?.note ?? "", /^the key of its GitHub App is none/);
});
