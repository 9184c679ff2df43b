import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { InputError } from "../kernel/errors.ts";
import { type ExecPlugin, ExecPluginConfig, pluginLogin } from "./kube-plugin.ts";

/** What a request carries to say who asks. Read anew for every request, since tokens are exchanged under us. */
export interface KubeLogin {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** How to reach one API server. Holds credentials: never printed. */
export interface KubeConnection {
  readonly server: URL;
  readonly ca: string | Buffer | undefined;
  readonly serverName: string | undefined;
  readonly verify: boolean;
  /** What a person would call it: the context, or the service account's namespace. */
  readonly context: string;
  login(): Promise<KubeLogin>;
}

export interface KubeConfigOptions {
  /** A kubeconfig's file; without one, the service account of the pod that we run in. */
  readonly kubeconfig?: string | undefined;
  /** A kubeconfig that is in no file, with a name for it in messages: it holds its certificates and keys itself. */
  readonly kubeconfigText?: { readonly name: string; readonly text: string } | undefined;
  /** `current-context` when left out. */
  readonly context?: string | undefined;
  /** A kubeconfig may name a program that prints a token. It is run only when the user said so. */
  readonly allowExec?: boolean | undefined;
  /** Whether a server whose certificate is not checked, or that speaks plain HTTP, may be asked. */
  readonly allowInsecure?: boolean | undefined;
}

const Cluster = z.object({
  server: z.string(),
  "certificate-authority": z.string().optional(),
  "certificate-authority-data": z.string().optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": z.string().optional(),
  "proxy-url": z.string().optional(),
});
type Cluster = z.infer<typeof Cluster>;

const User = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  "client-certificate": z.string().optional(),
  "client-certificate-data": z.string().optional(),
  "client-key": z.string().optional(),
  "client-key-data": z.string().optional(),
  as: z.string().optional(),
  "auth-provider": z.object({ name: z.string().optional() }).optional(),
  exec: ExecPluginConfig.optional(),
});
type User = z.infer<typeof User>;

const Kubeconfig = z.object({
  "current-context": z.string().optional(),
  clusters: z.array(z.object({ name: z.string(), cluster: Cluster })).nullish(),
  users: z.array(z.object({ name: z.string(), user: User.nullish() })).nullish(),
  contexts: z
    .array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string().optional() }) }))
    .nullish(),
});
type Kubeconfig = z.infer<typeof Kubeconfig>;

/** Reads a kubeconfig as kubectl does; relative files are relative to it. Throws `InputError` without any of its secrets. */
export function readKubeconfig(file: string, options: KubeConfigOptions): KubeConnection {
  if (!existsSync(file)) throw new InputError(`There is no kubeconfig ${file}.`);
  return connectBy(file, readFileSync(file, "utf8"), options);
}

/** As `readKubeconfig`, of one that is kept elsewhere: a variable, a Secret, our own database. */
export function readKubeconfigText(
  { name, text }: { readonly name: string; readonly text: string },
  options: KubeConfigOptions,
): KubeConnection {
  return connectBy(name, text, options);
}

function connectBy(file: string, text: string, options: KubeConfigOptions): KubeConnection {
  const config = parseKubeconfig(file, text);
  const { name, context } = contextOf(config, file, options.context);
  const cluster = config.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  if (cluster === undefined) throw new InputError(`${file}: context ${name} names a cluster that is not in the file.`);
  const user = config.users?.find((entry) => entry.name === context.user)?.user ?? {};
  const place: Place = { file, context: name, options };
  refuse(cluster, user, place);
  return connectionOf(cluster, user, place);
}

function contextOf(config: Kubeconfig, file: string, asked: string | undefined) {
  const name = asked ?? config["current-context"] ?? "";
  const contexts = config.contexts ?? [];
  const found = contexts.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const known = contexts.length === 0 ? "none" : contexts.map((entry) => entry.name).join(", ");
  throw new InputError(
    name === ""
      ? `${file} names no current-context: say which with --context. It has: ${known}.`
      : `${file} has no context ${name}. It has: ${known}.`,
  );
}

interface Place {
  readonly file: string;
  readonly context: string;
  readonly options: KubeConfigOptions;
}

function parseKubeconfig(file: string, text: string): Kubeconfig {
  let content: unknown;
  try {
    content = parse(text);
  } catch (thrown) {
    // The parser's message quotes the line, which may hold a token: it is not shown.
    throw new InputError(`${file} cannot be read as YAML or JSON.`, { cause: thrown });
  }
  const parsed = Kubeconfig.safeParse(content);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new InputError(`${file} is not a kubeconfig: look at ${where === "" ? "its top level" : where}.`);
}

function refuse(cluster: Cluster, user: User, { file, context, options }: Place): void {
  const where = `${file}, context ${context}`;
  const provider = user["auth-provider"];
  if (provider !== undefined) {
    throw new InputError(
      `${where}: auth-provider ${provider.name ?? ""} was removed from Kubernetes in 1.26. Use a token, a client certificate or an exec plugin.`,
    );
  }
  if (user.exec !== undefined && options.allowExec !== true) {
    throw new InputError(
      `${where}: credentials come from the program ${JSON.stringify(user.exec.command)}, which would be run. Say --allow-exec if you trust this file, or use a token of a service account (deploy/rbac/observer.yaml).`,
    );
  }
  if (cluster["insecure-skip-tls-verify"] === true && options.allowInsecure !== true) {
    throw new InputError(
      `${where}: insecure-skip-tls-verify would send the credentials to whoever answers. Put the cluster's CA into certificate-authority-data, or say --allow-insecure.`,
    );
  }
  if (cluster["proxy-url"] !== undefined)
    throw new InputError(`${where}: proxy-url is not supported. Reach the server directly or through a tunnel.`);
}

function connectionOf(cluster: Cluster, user: User, place: Place): KubeConnection {
  const beside = (name: string): string => {
    if (isAbsolute(name)) return name;
    if (place.options.kubeconfigText === undefined) return join(dirname(place.file), name);
    throw new InputError(
      `${place.file}, context ${place.context}: it names ${name}, and beside it there are no files. Put the certificates and keys into it: kubectl config view --raw --flatten.`,
    );
  };
  const fileOrData = (name: string | undefined, data: string | undefined): Buffer | undefined => {
    if (data !== undefined && data !== "") return Buffer.from(data, "base64");
    if (name === undefined || name === "") return undefined;
    return readOr(beside(name), place);
  };
  const verify = cluster["insecure-skip-tls-verify"] !== true;
  return {
    server: serverOf(cluster.server, place),
    ca: fileOrData(cluster["certificate-authority"], cluster["certificate-authority-data"]),
    serverName: cluster["tls-server-name"],
    verify,
    context: place.context,
    login: loginOf(user, {
      read: (name) => readOr(beside(name), place),
      cert: fileOrData(user["client-certificate"], user["client-certificate-data"]),
      key: fileOrData(user["client-key"], user["client-key-data"]),
    }),
  };
}

/** Plain HTTP is what `kubectl proxy` speaks, on this machine only. */
function serverOf(text: string, { file, context, options }: Place): URL {
  const server = URL.canParse(text) ? new URL(text) : undefined;
  if (server === undefined || !/^https?:$/.test(server.protocol))
    throw new InputError(`${file}, context ${context}: its server is not an http(s) address.`);
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(server.hostname);
  if (server.protocol === "http:" && !local && options.allowInsecure !== true) {
    throw new InputError(
      `${file}, context ${context}: ${server.host} is asked over plain HTTP, where anyone can read the credentials. Use https, or say --allow-insecure.`,
    );
  }
  return server;
}

function readOr(name: string, { file, context }: Place): Buffer {
  try {
    return readFileSync(name);
  } catch (thrown) {
    throw new InputError(`${file}, context ${context}: it names ${name}, which cannot be read.`, { cause: thrown });
  }
}

interface Credentials {
  readonly read: (name: string) => Buffer;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/** A token file wins over a token, as in client-go. */
function loginOf(user: User, { read, cert, key }: Credentials): () => Promise<KubeLogin> {
  const impersonated: Record<string, string> = user.as === undefined ? {} : { "impersonate-user": user.as };
  const certificate = cert === undefined || key === undefined ? {} : { cert, key };
  if (user.exec !== undefined) {
    const plugin: ExecPlugin = pluginLogin(user.exec);
    return async () => {
      const found = await plugin();
      return { ...certificate, ...found, headers: { ...found.headers, ...impersonated } };
    };
  }
  return () => Promise.resolve({ ...certificate, headers: { ...authorizationOf(user, read), ...impersonated } });
}

function authorizationOf(user: User, read: (name: string) => Buffer): Record<string, string> {
  const token = user.tokenFile === undefined ? user.token : read(user.tokenFile).toString("utf8").trim();
  if (token !== undefined && token !== "") return { authorization: `Bearer ${token}` };
  if (user.username === undefined) return {};
  const pair = Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
  return { authorization: `Basic ${pair}` };
}

/** Where Kubernetes puts a pod's own credentials (kubernetes.io/docs/tasks/run-application/access-api-from-pod). */
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The API server of the cluster that this process runs in. The token is read for every request: the kubelet exchanges it. */
export function inClusterConnection(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string = serviceAccountFolder,
): KubeConnection {
  const host = environment["KUBERNETES_SERVICE_HOST"];
  const port = environment["KUBERNETES_SERVICE_PORT"] ?? "443";
  const tokenFile = join(folder, "token");
  if (host === undefined || !existsSync(tokenFile)) {
    throw new InputError(
      "No cluster to ask: name a kubeconfig with --kubeconfig, or run in a pod with a service account's token.",
    );
  }
  const caFile = join(folder, "ca.crt");
  return {
    server: new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`),
    ca: existsSync(caFile) ? readFileSync(caFile) : undefined,
    serverName: undefined,
    verify: true,
    context: "in-cluster",
    login: () => Promise.resolve({ headers: { authorization: `Bearer ${readFileSync(tokenFile, "utf8").trim()}` } }),
  };
}
