import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { KubeReader } from "../kernel/kube.ts";
import { pods, testCluster, userAgent } from "./kube.test-support.ts";
import { openKubeReader } from "./kube.ts";
import { inClusterConnection } from "./kube-config.ts";

const { folder, kubeconfigWith, lab } = await testCluster();

test("a token that is not accepted is unknown, and stands in no message", async () => {
  const stranger = openKubeReader({ kubeconfig: kubeconfigWith({ user: { token: "canary-token" } }), userAgent });

  const said = await stranger.list(pods);

  assert.ok(said.kind === "unknown");
  assert.match(said.why, /401/);
  assert.equal(JSON.stringify(said).includes("canary-token"), false);
});

test("a client certificate names the user", async () => {
  const byCertificate = openKubeReader({
    kubeconfig: lab.certificateKubeconfig("root", "system:masters"),
    userAgent,
  });

  const listed = await byCertificate.list(pods);

  assert.equal(listed.kind, "known");
  assert.equal(lab.entries.at(-1)?.user, "root");
});

test("a token file is read for every request, because tokens are exchanged under us", async () => {
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "stale\n");
  const reader = openKubeReader({ kubeconfig: kubeconfigWith({ user: { tokenFile } }), userAgent });
  const before = await reader.list(pods);
  writeFileSync(tokenFile, `${lab.token({ name: "admin", groups: ["system:masters"] })}\n`);

  const afterwards = await reader.list(pods);

  assert.equal(before.kind, "unknown");
  assert.equal(afterwards.kind, "known");
});

test("what a kubeconfig must not do silently is refused with what to do instead", () => {
  const open = (change: Parameters<typeof kubeconfigWith>[0], more = {}): (() => KubeReader) => {
    const kubeconfig = kubeconfigWith(change);
    return () => openKubeReader({ kubeconfig, userAgent, ...more });
  };
  const refused = (words: RegExp) => (thrown: unknown) => thrown instanceof InputError && words.test(thrown.message);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "/bin/false" };

  assert.throws(open({ user: { exec } }), refused(/--allow-exec/));
  assert.throws(open({ user: { "auth-provider": { name: "gcp" } } }), refused(/auth-provider gcp was removed/));
  assert.throws(open({ cluster: { "insecure-skip-tls-verify": true } }), refused(/--allow-insecure/));
  assert.throws(open({ cluster: { "proxy-url": "http://u:canary@p" } }), refused(/proxy-url is not supported/));
  assert.throws(open({ cluster: { server: "http://kube.example.org" } }), refused(/plain HTTP/));
  assert.throws(open({}, { context: "other" }), refused(/has no context other. It has: lab\./));
  assert.throws(open({ user: { tokenFile: "/nowhere", "client-key": "/nowhere" } }), refused(/cannot be read/));
  assert.throws(() => openKubeReader({ userAgent, environment: {} }), refused(/--kubeconfig/));
});

test("a kubeconfig that cannot be parsed shows nothing of what stands in it", () => {
  const kubeconfig = join(folder, "broken");
  writeFileSync(kubeconfig, "users:\n- name: me\n  user: {token: canary-token\n");

  assert.throws(
    () => openKubeReader({ kubeconfig, userAgent }),
    (thrown) => thrown instanceof InputError && !thrown.message.includes("canary-token"),
  );
});

test("credentials of a program are used when the user allows it", async () => {
  const token = lab.token({ name: "admin", groups: ["system:masters"] });
  const program = join(folder, "login.sh");
  writeFileSync(program, `#!/bin/sh\necho '{"status":{"token":"${token}"}}'\n`, { mode: 0o700 });
  const kubeconfig = kubeconfigWith({ user: { exec: { command: program } } });

  const listed = await openKubeReader({ kubeconfig, userAgent, allowExec: true }).list(pods);

  assert.equal(listed.kind, "known");
});

test("such a program is given what its kubeconfig names and what any program needs, nothing else of ours", async (t) => {
  const token = lab.token({ name: "admin", groups: ["system:masters"] });
  const program = join(folder, "tells.sh");
  const told = join(folder, "told");
  writeFileSync(program, `#!/bin/sh\nenv > ${told}\necho '{"status":{"token":"${token}"}}'\n`, { mode: 0o700 });
  process.env["DATABASE_URL"] = "canary-of-the-server";
  t.after(() => delete process.env["DATABASE_URL"]);
  const exec = { command: program, env: [{ name: "AWS_PROFILE", value: "production" }] };

  await openKubeReader({ kubeconfig: kubeconfigWith({ user: { exec } }), userAgent, allowExec: true }).list(pods);

  const given = readFileSync(told, "utf8");
  assert.match(given, /^AWS_PROFILE=production$/m);
  assert.match(given, /^PATH=/m);
  assert.match(given, /^KUBERNETES_EXEC_INFO=/m);
  assert.doesNotMatch(given, /canary/);
});

test("a server with another certificate is not asked", async () => {
  const kubeconfig = kubeconfigWith({ cluster: { "certificate-authority-data": "" }, user: { token: "canary-token" } });

  await assert.rejects(
    openKubeReader({ kubeconfig, userAgent }).list(pods),
    (thrown) =>
      thrown instanceof SystemError &&
      thrown.remedy === "stop" &&
      /handshake failed/.test(thrown.message) &&
      !thrown.message.includes("canary"),
  );
});

test("a pod finds its own cluster, and reads its token for every request", async () => {
  const where = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };
  assert.throws(() => inClusterConnection(where, join(folder, "nowhere")), InputError);
  writeFileSync(join(folder, "token"), "first\n");
  writeFileSync(join(folder, "ca.crt"), "CA");
  const connection = inClusterConnection(where, folder);
  writeFileSync(join(folder, "token"), "second\n");

  const { headers } = await connection.login();

  assert.equal(connection.server.href, "https://[fd00::1]:6443/");
  assert.equal(connection.ca?.toString(), "CA");
  assert.equal(headers["authorization"], "Bearer second");
});

test("credentials that are not accepted are told before anything else is asked", async () => {
  const stranger = openKubeReader({ kubeconfig: kubeconfigWith({ user: { token: "canary-token" } }), userAgent });

  await assert.rejects(
    stranger.discovery(),
    (thrown) =>
      thrown instanceof SystemError &&
      /credentials of context lab/.test(thrown.message) &&
      !thrown.message.includes("canary"),
  );
});

test("a program that gives no credentials is named, its output is not", async () => {
  const program = join(folder, "refuses.sh");
  writeFileSync(program, "#!/bin/sh\necho canary-output; echo canary-error >&2; exit 3\n", { mode: 0o700 });
  const kubeconfig = kubeconfigWith({ user: { exec: { command: program } } });

  await assert.rejects(
    openKubeReader({ kubeconfig, userAgent, allowExec: true }).list(pods),
    (thrown) =>
      thrown instanceof SystemError &&
      /refuses\.sh .*ended with 3/.test(thrown.message) &&
      !/canary/.test(thrown.message),
  );
});

test("a kubeconfig that is no file holds what it needs itself", async () => {
  const text = readFileSync(lab.kubeconfig("admin"), "utf8");
  const reader = openKubeReader({ kubeconfigText: { name: "store:observer", text }, userAgent });
  assert.equal((await reader.list(pods)).kind, "known");
  const beside = text.replace(/"?certificate-authority-data"?: ?"?[^",\n]*"?/, '"certificate-authority": "ca.crt"');
  assert.throws(
    () => openKubeReader({ kubeconfigText: { name: "store:observer", text: beside }, userAgent }),
    /store:observer.*ca\.crt.*--flatten/,
  );
});
