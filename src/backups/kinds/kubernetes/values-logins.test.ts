import assert from "node:assert/strict";
import { test } from "node:test";
import { loginOf, tellsLogin } from "./values-logins.ts";

const asking = { namespace: "argocd", project: "default" };

const secretOf = (type: string, name: string, said: Readonly<Record<string, string>>, namespace = "argocd") => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace, name, labels: { "argocd.argoproj.io/secret-type": type } },
  data: Object.fromEntries(Object.entries(said).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
});
const repository = (name: string, said: Readonly<Record<string, string>>) => secretOf("repository", name, said);
const shared = (name: string, said: Readonly<Record<string, string>>) => secretOf("repo-creds", name, said);
const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "argocd", name },
  data,
});
const basic = (user: string, password: string): string =>
  `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

test("a repository's own login comes before one for many, and of these the longest address", () => {
  const url = "https://git.example.org/acme/deploy.git";
  const objects = [
    shared("all", { url: "https://git.example.org", username: "all", password: "1" }),
    shared("acme", { url: "https://git.example.org/acme", username: "acme", password: "2" }),
  ];
  const headers = (more: readonly ReturnType<typeof secretOf>[]) => {
    const login = loginOf(url, asking, [...objects, ...more]);
    return login.kind === "header" ? [login.secret, login.header] : [login.kind];
  };

  assert.deepEqual(headers([]), ["argocd/acme", basic("acme", "2")]);
  const own = repository("own", { url: "https://git.example.org/Acme/Deploy", username: "own", password: "3" });
  assert.deepEqual(headers([own]), ["argocd/own", basic("own", "3")]);
  // One that only names the repository has the login of many.
  assert.deepEqual(headers([repository("named", { url })]), ["argocd/acme", basic("acme", "2")]);
});

test("a login is sent to no other host than its own, also where the address begins alike", () => {
  const objects = [shared("all", { url: "https://git.example.org", password: "canary" })];
  assert.equal(loginOf("https://git.example.org.evil.example/x", asking, objects).kind, "none");
  assert.equal(loginOf("https://git.example.org:8443/x", asking, objects).kind, "none");
  assert.equal(loginOf("http://git.example.org/x", asking, objects).kind, "none");
  assert.equal(loginOf("https://git.example.org/x", asking, objects).kind, "header");
});

test("the login of another project or another Argo CD is not for it", () => {
  const url = "https://git.example.org/deploy";
  const of = (project: string, password: string) => repository(project, { url, project, password });
  const header = (objects: readonly ReturnType<typeof secretOf>[], project = "default") => {
    const login = loginOf(url, { ...asking, project }, objects);
    return login.kind === "header" ? login.header : login.kind;
  };

  assert.equal(header([of("mlops", "1")]), "none");
  assert.equal(header([of("mlops", "1")], "mlops"), basic("x-access-token", "1"));
  assert.equal(
    header([repository("any", { url, password: "2" }), of("mlops", "1")], "mlops"),
    basic("x-access-token", "1"),
  );
  assert.equal(header([repository("any", { url, password: "2" }), of("mlops", "1")]), basic("x-access-token", "2"));
  assert.equal(header([secretOf("repository", "far", { url, password: "3" }, "other")]), "none");
});

test("an SSH key is found by either form of the address, with the hosts that Argo CD knows", () => {
  const objects = [
    repository("key", { url: "ssh://git@git.example.org/acme/deploy", sshPrivateKey: "canary\n\n" }),
    configMap("argocd-ssh-known-hosts-cm", { ssh_known_hosts: "git.example.org ssh-ed25519 AAAA" }),
  ];
  const login = loginOf("git@git.example.org:acme/deploy.git", asking, objects);
  assert.deepEqual(login, {
    kind: "key",
    privateKey: "canary\n",
    secret: "argocd/key",
    trusted: "git.example.org ssh-ed25519 AAAA",
    insecure: false,
  });
});

test("certificates are those of the host, and a token of its own kind is shown as it is", () => {
  const objects = [
    repository("token", { url: "https://git.example.org:8443/x", bearerToken: "canary", insecure: "true" }),
    configMap("argocd-tls-certs-cm", { "git.example.org": "PEM", "other.example.org": "OTHER" }),
  ];
  assert.deepEqual(loginOf("https://git.example.org:8443/x.git", asking, objects), {
    kind: "header",
    header: "Authorization: Bearer canary",
    secret: "argocd/token",
    trusted: "PEM",
    insecure: true,
  });
});

test("what cannot be used is said, without what it holds", () => {
  const url = "https://git.example.org/x";
  const why = (said: Readonly<Record<string, string>>, at = url): string => {
    const login = loginOf(at, asking, [repository("one", { url: at, ...said })]);
    assert.doesNotMatch(JSON.stringify(login), /canary/);
    return login.kind === "unusable" ? login.why : login.kind;
  };
  const app = { githubAppID: "1", githubAppPrivateKey: "canary" };
  assert.equal(why(app), "is of a GitHub App without an installation that is named");
  assert.equal(
    why({ ...app, githubAppInstallationID: "../2" }),
    "is of a GitHub App without an installation that is named",
  );
  assert.equal(
    why({ ...app, githubAppInstallationID: "2" }, "git@git.example.org:x"),
    "is for another kind of address",
  );
  assert.equal(why({ username: "reader" }), "is a name without a password");
  assert.equal(why({ gcpServiceAccountKey: "canary" }), "is of a cloud's identity");
  assert.equal(why({ useAzureWorkloadIdentity: "true" }), "is of a cloud's identity");
  assert.equal(why({ tlsClientCertData: "canary", tlsClientCertKey: "canary" }), "shows a client certificate");
  assert.equal(why({ password: "canary", proxy: "http://canary" }), "goes through a proxy");
  assert.equal(why({ sshPrivateKey: "canary" }), "is for another kind of address");
  assert.equal(why({ password: "canary" }, "git@git.example.org:x"), "is for another kind of address");
  assert.equal(why({ bearerToken: "canary\nHost: evil" }), "has a token of several lines");
});

test("objects that say how repositories are got into are told from others, and what is none of ours does no harm", () => {
  assert.ok(tellsLogin(repository("a", {})) && tellsLogin(shared("a", {})));
  assert.ok(tellsLogin(configMap("argocd-tls-certs-cm", {})));
  assert.ok(!tellsLogin(configMap("argocd-cm", {})) && !tellsLogin(secretOf("cluster", "a", {})));
  const odd = { ...repository("odd", {}), data: { url: 5 } };
  assert.equal(loginOf("https://git.example.org/x", asking, [odd, shared("none", {})]).kind, "none");
});
