import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { jsonOr } from "../kernel/json.ts";

/** Request headers for a host, or none. */
export type HostCredentials = (host: string) => Readonly<Record<string, string>> | undefined;

/** `auth` is base64 of `user:password` (Docker's `config.json`). Helpers, which are programs, are not run. */
const DockerConfig = z.object({ auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional() });

/**
 * Logins where other tools keep them: `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`, `$NETRC` or `~/.netrc`, and
 * in a CI job the tokens it is given (`GITHUB_TOKEN`, `CI_JOB_TOKEN`). A damaged file counts as none. Each login is for its
 * host alone.
 */
export function readCredentials(environment: Readonly<Record<string, string | undefined>>): HostCredentials {
  const docker = join(environment["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "config.json");
  const netrc = environment["NETRC"] ?? join(homedir(), ".netrc");
  const logins = new Map([...fromNetrc(textOf(netrc)), ...fromDocker(textOf(docker)), ...fromJob(environment)]);
  return (host) => logins.get(host.toLowerCase());
}

type Login = readonly [host: string, headers: Readonly<Record<string, string>>];

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // no such file, or not for us: the registry will say whether it wants a login
  }
}

function fromDocker(text: string): readonly Login[] {
  const config = DockerConfig.safeParse(jsonOr(text)).data;
  return Object.entries(config?.auths ?? {}).flatMap(([key, { auth = "" }]) =>
    /^[A-Za-z0-9+/=_-]+$/.test(auth) ? [[hostOfKey(key), { authorization: `Basic ${auth}` }] as const] : [],
  );
}

/** Docker writes hosts, and for its own registry an address of the old API. */
function hostOfKey(key: string): string {
  const host = key
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "");
  return host === "index.docker.io" || host === "docker.io" ? "registry-1.docker.io" : host;
}

/** `machine HOST login USER password SECRET`, in any layout; `default` and macros are not used. */
function fromNetrc(text: string): readonly Login[] {
  const machines = text.replace(/^\s*#.*$/gm, "").split(/(?:^|\s)(?=(?:machine|default|macdef)\s)/);
  return machines.flatMap((machine) => {
    const word = (name: string): string | undefined => new RegExp(`(?:^|\\s)${name}\\s+(\\S+)`).exec(machine)?.[1];
    const host = /^machine\s+(\S+)/.exec(machine)?.[1];
    const password = word("password");
    if (host === undefined || password === undefined) return [];
    const pair = Buffer.from(`${word("login") ?? ""}:${password}`).toString("base64");
    return [[host.toLowerCase(), { authorization: `Basic ${pair}` }] as const];
  });
}

/** GitHub: docs.github.com, "Automatic token authentication". GitLab: docs.gitlab.com/ci/jobs/ci_job_token. */
function fromJob(environment: Readonly<Record<string, string | undefined>>): readonly Login[] {
  const logins: Login[] = [];
  const github = environment["GITHUB_TOKEN"];
  if (github !== undefined && /^\S+$/.test(github))
    logins.push(["api.github.com", { authorization: `Bearer ${github}` }]);
  const gitlab = environment["CI_JOB_TOKEN"];
  const server = environment["CI_SERVER_HOST"];
  if (gitlab !== undefined && server !== undefined && /^\S+$/.test(gitlab)) {
    logins.push([server.toLowerCase(), { "job-token": gitlab }]);
  }
  return logins;
}
