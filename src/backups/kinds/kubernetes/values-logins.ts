import * as z from "zod";
import type { KubeObject } from "../../../kernel/kube.ts";

/*
 * How Argo CD gets into repositories of Git: by Secrets of its own namespace
 * (argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup, "Repositories", "Repository Credentials";
 * argoproj/argo-cd, util/db/repository_secrets.go, util/git/git.go).
 */

/** Of which Argo CD an Application is, and of which of its projects. */
export interface Asking {
  readonly namespace: string;
  readonly project: string;
}

export type Login =
  | { readonly kind: "none" }
  | HeaderLogin
  | AppLogin
  | ({ readonly kind: "key"; readonly privateKey: string } & Trust)
  | { readonly kind: "unusable"; readonly secret: string; readonly why: string };

/** `header` is all of `Authorization:`. */
export type HeaderLogin = { readonly kind: "header"; readonly header: string } & Trust;

/** Of a GitHub App, which is given a token for it. */
export type AppLogin = {
  readonly kind: "app";
  readonly appId: string;
  readonly installation: string;
  readonly privateKey: string;
  /** GitHub's, without a slash at its end. */
  readonly api: string;
} & Trust;

interface Trust {
  /** `NAMESPACE/NAME`, where it is from. */
  readonly secret: string;
  /** Certificates or known hosts, as Argo CD has them for it; undefined: those of this machine. */
  readonly trusted: string | undefined;
  /** Argo CD itself does not look who answers. */
  readonly insecure: boolean;
}

type UsableLogin = Exclude<Login, { readonly kind: "none" | "unusable" | "app" }>;

export type { UsableLogin };

const Named = z.object({
  kind: z.enum(["Secret", "ConfigMap"]),
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  data: z.record(z.string(), z.string()).default({}),
});

/** Whether an object says how repositories are got into, and is to be lent to `loginOf`. */
export function tellsLogin({ kind, metadata: { name, labels } }: KubeObject): boolean {
  if (kind === "ConfigMap") return name === certificates || name === knownHosts;
  return kind === "Secret" && [ofOne, ofMany].includes(labels?.[typeLabel] ?? "");
}

const typeLabel = "argocd.argoproj.io/secret-type";
const [ofOne, ofMany] = ["repository", "repo-creds"];
const [certificates, knownHosts] = ["argocd-tls-certs-cm", "argocd-ssh-known-hosts-cm"];

interface Credentials {
  readonly secret: string;
  readonly said: Readonly<Record<string, string>>;
}

/** Throws nothing: what cannot be used is said. Of `objects` those count that the backup holds, so that nothing more is read. */
export function loginOf(repository: string, asking: Asking, objects: readonly KubeObject[]): Login {
  const ours = objects.flatMap((object) => {
    const { data } = Named.safeParse(object);
    return data?.metadata.namespace === asking.namespace ? [data] : [];
  });
  const credentials = (type: string): readonly Credentials[] =>
    ours
      .filter(({ kind, metadata }) => kind === "Secret" && metadata.labels[typeLabel] === type)
      .map(({ metadata, data }) => ({ secret: `${metadata.namespace}/${metadata.name}`, said: decoded(data) }));
  const own = ofRepository(repository, asking.project, credentials(ofOne));
  const found = own !== undefined && hasCredentials(own) ? own : ofPrefix(repository, credentials(ofMany));
  if (found === undefined) return { kind: "none" };
  // What is said of the repository itself holds with a login that many share.
  const said = { ...filled(found.said), ...filled(own?.said ?? {}) };
  const trusted = ours
    .filter(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === trustedIn(repository))
    .map(({ data }) => data[isWeb(repository) ? (hostOf(repository).split(":")[0] ?? "") : "ssh_known_hosts"])[0];
  return made(repository, { secret: found.secret, said }, trusted);
}

/** As Argo CD compares addresses: without case, `ssh://` and `.git`; `git@host:path` is `git@host/path`. */
function normal(url: string): string {
  const lower = url
    .trim()
    .toLowerCase()
    .replace(/^(https?:\/\/)[^/@]*@/, "$1");
  const isSsh = /^(?:ssh:\/\/)?[^/:]*?@[^@]+$/.test(lower);
  const whole = isSsh && !lower.startsWith("ssh://") ? lower.replace(":", "/") : lower;
  return whole.replace(/^ssh:\/\//, "").replace(/\.git$/, "");
}

function hostOf(url: string): string {
  return /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?([^/]*)/.exec(normal(url))?.[1] ?? "";
}

function isWeb(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

function trustedIn(url: string): string {
  return isWeb(url) ? certificates : knownHosts;
}

/** That of the project before one of no project; one of another project is not for it. */
function ofRepository(url: string, project: string, all: readonly Credentials[]): Credentials | undefined {
  const same = all.filter(({ said }) => normal(said["url"] ?? "") === normal(url));
  const of = (wanted: string): Credentials | undefined => same.find(({ said }) => (said["project"] ?? "") === wanted);
  return of(project) ?? of("");
}

/**
 * The longest address that its own begins with. Argo CD takes `https://git.example` for a beginning of `https://git.example.org` too;
 * here the host has to be the same, as a login is sent there.
 */
function ofPrefix(url: string, all: readonly Credentials[]): Credentials | undefined {
  const address = (one: Credentials): string => normal(one.said["url"] ?? "");
  return all
    .filter(
      (one) => address(one) !== "" && normal(url).startsWith(address(one)) && hostOf(address(one)) === hostOf(url),
    )
    .toSorted((a, b) => address(b).length - address(a).length)[0];
}

const telling = [
  "username",
  "password",
  "sshPrivateKey",
  "bearerToken",
  "tlsClientCertData",
  "githubAppPrivateKey",
  "azureServicePrincipalClientSecret",
  "gcpServiceAccountKey",
];

function hasCredentials({ said }: Credentials): boolean {
  return telling.some((name) => (said[name] ?? "") !== "") || said["useAzureWorkloadIdentity"] === "true";
}

function made(repository: string, { secret, said }: Credentials, trusted: string | undefined): Login {
  const web = isWeb(repository);
  const why = unusableFor(said, web);
  if (why !== undefined) return { kind: "unusable", secret, why };
  const insecure = said["insecure"] === "true" || said["insecureIgnoreHostKey"] === "true";
  const trust = { secret, trusted, insecure };
  const { username = anybody, password, bearerToken, sshPrivateKey = "" } = said;
  if (!web) return { kind: "key", privateKey: `${sshPrivateKey.trim()}\n`, ...trust };
  if (password !== undefined) return { kind: "header", header: basic(username, password), ...trust };
  if (bearerToken !== undefined) return { kind: "header", header: `Authorization: Bearer ${bearerToken}`, ...trust };
  return { kind: "app", ...appIn(said), ...trust };
}

/** As Argo CD calls itself to servers that read the token alone (util/git/creds.go, githubAccessTokenUsername). */
const anybody = "x-access-token";

export function basic(user: string, password: string): string {
  return `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** The order is Argo CD's (repository_types.go, GetGitCreds): a token before a key before an App. */
function unusableFor(said: Credentials["said"], web: boolean): string | undefined {
  const token = said["password"] ?? said["bearerToken"];
  if (said["proxy"] !== undefined) return "goes through a proxy";
  if (said["tlsClientCertData"] !== undefined) return "shows a client certificate";
  if (token === undefined && said["sshPrivateKey"] === undefined) return strangerIn(said, web);
  if ((token !== undefined) !== web) return "is for another kind of address";
  return web && /[^\x20-\x7e]/.test(said["bearerToken"] ?? "") ? "has a token of several lines" : undefined;
}

function strangerIn(said: Credentials["said"], web: boolean): string | undefined {
  if (said["githubAppPrivateKey"] === undefined)
    return said["username"] === undefined ? "is of a cloud's identity" : "is a name without a password";
  if (!web) return "is for another kind of address";
  const { appId, installation, api } = appIn(said);
  return /^\d+$/.test(appId) && /^\d+$/.test(installation) && /^https?:\/\//.test(api)
    ? undefined
    : "is of a GitHub App without an installation that is named";
}

function appIn(said: Credentials["said"]) {
  const api = said["githubAppEnterpriseBaseUrl"] ?? "https://api.github.com";
  return {
    appId: said["githubAppID"] ?? "",
    installation: said["githubAppInstallationID"] ?? "",
    privateKey: said["githubAppPrivateKey"] ?? "",
    api: api.replace(/\/+$/, ""),
  };
}

function decoded(data: Readonly<Record<string, string>>): Credentials["said"] {
  return Object.fromEntries(
    Object.entries(data).map(([name, text]) => [name, Buffer.from(text, "base64").toString("utf8")]),
  );
}

function filled(said: Credentials["said"]): Credentials["said"] {
  return Object.fromEntries(Object.entries(said).filter(([, text]) => text !== ""));
}
