import { SystemError } from "../kernel/errors.ts";
import type { KubeReader } from "../kernel/kube.ts";
import type { Clock, Http } from "../kernel/ports.ts";
import type { CarriedSecret, ProbeHttp, ProbeRequest, RedisReader, Sql, TlsInspector } from "../kernel/probe-ports.ts";
import { signS3 } from "../kernel/sign-s3.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { Port, ProbePorts } from "../systems/contract.ts";
import type { BoundPorts } from "./observe.ts";
import type { Target } from "./target.ts";

/** The openers that the worker's main takes from `src/edge`. */
export interface Edges {
  readonly clock: Clock;
  /** HTTP that trusts the machine's certificates, or those of the file. */
  http(ca: string | undefined): Http;
  sql(url: string, timeoutMs: number): Sql;
  redis(url: string, timeoutMs: number, ca: string | undefined): RedisReader;
  tls(timeoutMs: number, ca: string | undefined): TlsInspector;
  /** The cluster of an environment; undefined when none is configured. */
  kube(environment: string): KubeReader | undefined;
  /** Throws `SystemError` with remedy `stop` for a secret that is not there. */
  resolve(ref: SecretRef): Promise<string>;
}

const probeBytes = 4_000_000;

/** Binds a target's ports. Secrets are resolved only for what the probe declares, and hidden in whatever it says. */
export async function bindPorts(edges: Edges, target: Target): Promise<BoundPorts> {
  const { probe, endpoint } = target;
  const secrets = new Map<string, string>();
  for (const [name, ref] of Object.entries(endpoint.credentials)) {
    if (Object.hasOwn(probe.credentials ?? {}, name)) secrets.set(name, await edges.resolve(ref));
  }
  const ports = Object.fromEntries(probe.needs.map((port) => [port, bindPort(edges, target, secrets, port)]));
  // Only what the probe declares is there; its own types let it ask for nothing else.
  return { ports: ports as unknown as ProbePorts, redact: redactor([...secrets.values()]) };
}

function bindPort(edges: Edges, target: Target, secrets: ReadonlyMap<string, string>, port: Port): ProbePorts[Port] {
  const { probe, endpoint } = target;
  const millis = probe.timeoutSeconds * 1000;
  switch (port) {
    case "http":
      return bindHttp(edges, target, secrets);
    case "sql":
      return edges.sql(needed(target, secrets, "database"), millis);
    case "redis":
      return edges.redis(needed(target, secrets, "redis"), millis, endpoint.ca);
    case "tls":
      return edges.tls(millis, endpoint.ca);
    case "kube":
      return edges.kube(target.environment) ?? refuseCluster(target);
    case "clock":
      return edges.clock;
  }
}

function needed(target: Target, secrets: ReadonlyMap<string, string>, name: string): string {
  const secret = secrets.get(name);
  if (secret !== undefined) return secret;
  const what = target.probe.credentials?.[name] ?? "";
  throw new SystemError(
    `the endpoint of ${target.environment}/${target.component} has no credential ${name}: ${what}`,
    "stop",
  );
}

function refuseCluster(target: Target): never {
  throw new SystemError(
    `no cluster is configured for ${target.environment} (clusters in millwright.server.yaml)`,
    "stop",
  );
}

function bindHttp(edges: Edges, target: Target, secrets: ReadonlyMap<string, string>): ProbeHttp {
  const given = target.endpoint.settings["url"];
  const url = typeof given === "string" && URL.canParse(given) ? given.replace(/\/+$/, "") : "";
  const origin = url === "" ? "" : new URL(url).origin;
  const http = edges.http(target.endpoint.ca);
  const timeoutMs = target.probe.timeoutSeconds * 1000;
  return {
    url,
    has: (credential) => secrets.has(credential),
    async fetch(path, request = {}) {
      const address = path.startsWith("/") ? `${url}${path}` : path;
      const own = URL.canParse(address) && new URL(address).origin === origin;
      const headers = {
        ...request.headers,
        ...(own ? carried(request, secrets) : {}),
        ...signature(address, own, request, secrets, edges.clock),
      };
      const before = Date.parse(edges.clock.now());
      const { method = "GET", body, maxBytes = probeBytes } = request;
      const reply = await http.fetch(address, {
        method,
        headers,
        timeoutMs,
        maxBytes,
        ...(body === undefined ? {} : { body }),
      });
      return { ...reply, millis: Math.max(0, Date.parse(edges.clock.now()) - before) };
    },
  };
}

function carried({ secretHeaders = {} }: ProbeRequest, secrets: ReadonlyMap<string, string>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [header, secret] of Object.entries(secretHeaders)) {
    const value = secrets.get(secret.credential);
    if (value !== undefined) headers[header] = written(secret, value);
  }
  return headers;
}

function written({ prefix = "", base64 }: CarriedSecret, value: string): string {
  return `${prefix}${base64 === true ? Buffer.from(value).toString("base64") : value}`;
}

function signature(
  address: string,
  own: boolean,
  request: ProbeRequest,
  secrets: ReadonlyMap<string, string>,
  clock: Clock,
) {
  const accessKey = secrets.get("access-key");
  const secretKey = secrets.get("secret-key");
  if (!own || request.signFor === undefined || accessKey === undefined || secretKey === undefined) return {};
  return signS3({
    url: new URL(address),
    method: request.method ?? "GET",
    region: request.signFor.region,
    accessKey,
    secretKey,
    at: clock.now(),
  });
}

/** Hides each secret, also as base64, percent-encoded and as the password within a URL. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .flatMap((secret) => [secret, ...partsOf(secret)])
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
    .filter((form) => form.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((hidden, form) => hidden.replaceAll(form, "***"), text);
}

function partsOf(secret: string): readonly string[] {
  if (URL.canParse(secret)) return [decodeURIComponent(new URL(secret).password)];
  const colon = secret.indexOf(":");
  return colon < 0 ? [] : [secret.slice(colon + 1)];
}
