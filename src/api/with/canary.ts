import { join } from "node:path";
import type { Canary, CanaryApi, GitRemote, OpenCanary } from "../../health/canary/ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { Git } from "../../kernel/ports.ts";
import { redactor } from "../../observations/ports.ts";
import type { Endpoint } from "../../platform/endpoint.ts";
import type { Building } from "./capability.ts";

interface Opening {
  readonly parts: Pick<Building["parts"], "config" | "mode" | "useSecret" | "dataFolder">;
  readonly ports: Pick<Building["ports"], "openLog" | "withGitCredential"> & {
    readonly probes: { readonly edges: Pick<Building["ports"]["probes"]["edges"], "http"> };
  };
}

/** The declared canaries, each with its token, which is read at each use and in mode act alone. */
export function openCanaryOf(opening: Opening): OpenCanary {
  const { parts } = opening;
  return async (environment, { gitlab, sharinghub, mlflow }) => {
    const { canaries, endpoints } = parts.config();
    const declared = canaries.find((one) => one.environment === environment);
    if (declared === undefined)
      return missing(
        `No canary is declared for ${environment}: name a group, and a token for it alone, under canaries of the server's configuration (docs/runs.md). Until then do it by hand in a project for tests, and skip the step with what you saw; --arguments '{"journeys": "by-hand"}' asks people from the start.`,
      );
    if (parts.mode() !== "act")
      return missing(`The canary's token is loaded in mode act alone; this server is in mode ${parts.mode()}.`);
    const endpointOf = (component: string) =>
      endpoints.find(
        (one) => one.environment === environment && one.component === component && urlOf(one) !== undefined,
      );
    const [forge, hub, tracking] = [gitlab, sharinghub, mlflow].map(endpointOf);
    if (forge === undefined || hub === undefined || tracking === undefined)
      return missing(
        `The journeys need the addresses of ${gitlab}, ${sharinghub} and ${mlflow} in ${environment}: name them under endpoints of the server's configuration (docs/health.md).`,
      );
    const token = await tokenOf(opening, declared.token, environment);
    const { group, topic, collection } = declared;
    // Git sends it as a password, so that is also hidden as what goes over the wire.
    const redact = redactor([token, `oauth2:${token}`]);
    const api = (title: string, endpoint: Endpoint, headers: Readonly<Record<string, string>>) =>
      redacted(apiOf(opening, title, endpoint, headers), redact);
    const canary: Canary = {
      group,
      topic,
      collection,
      gitlab: api("GitLab", forge, { "private-token": token }),
      hub: api("SharingHub", hub, { "x-gitlab-token": token }),
      // Plain MLflow has no use for GitLab's token, and does not get it.
      tracking: perProject(tracking)
        ? { ...api("MLflow", tracking, { authorization: `Bearer ${token}` }), perProject: true }
        : { ...api("MLflow", tracking, {}), perProject: false },
      git: (project, work) =>
        withGit(opening, forge, { project, token }, (remote) =>
          work({ ...remote, git: redactedGit(remote.git, redact) }),
        ),
    };
    return { kind: "canary", canary };
  };
}

function missing(why: string) {
  return { kind: "not-set-up" as const, why };
}

/** A secret that is not there keeps the journey from its answer; nobody said no. */
async function tokenOf(
  { parts }: Opening,
  ref: Parameters<typeof parts.useSecret>[0],
  environment: string,
): Promise<string> {
  try {
    return (await parts.useSecret(ref, `canary of ${environment}`)).trim();
  } catch (thrown) {
    if (thrown instanceof InputError) throw new SystemError(thrown.message, "stop", { cause: thrown });
    throw thrown;
  }
}

function urlOf({ settings }: Endpoint): string | undefined {
  const { url } = settings;
  return typeof url === "string" && URL.canParse(url) ? url.replace(/\/+$/, "") : undefined;
}

function apiOf(
  { ports }: Opening,
  title: string,
  endpoint: Endpoint,
  token: Readonly<Record<string, string>>,
): CanaryApi {
  const url = urlOf(endpoint) ?? "";
  const http = ports.probes.edges.http(endpoint.ca);
  return {
    name: `${title} (${url})`,
    fetch: (path, { headers, ...request }) =>
      http.fetch(`${url}${path}`, {
        ...request,
        headers: { ...headers, ...token },
        redirects: "refuse",
        maxBytes: 4_000_000,
      }),
  };
}

function perProject({ system }: Endpoint): boolean {
  return system === "mlflow-sharinghub";
}

function redacted(api: CanaryApi, redact: (text: string) => string): CanaryApi {
  return {
    name: api.name,
    async fetch(path, request) {
      const reply = await api.fetch(path, request);
      return { ...reply, body: redact(reply.body) };
    },
  };
}

function redactedGit(git: Git, redact: (text: string) => string): Git {
  return {
    async run(args, options) {
      try {
        return await git.run(args, options);
      } catch (thrown) {
        // Its cause would hold the same words.
        throw thrown instanceof SystemError ? new SystemError(redact(thrown.message), thrown.remedy) : thrown;
      }
    },
  };
}

function withGit<T>(
  { parts, ports }: Opening,
  forge: Endpoint,
  { project, token }: { readonly project: string; readonly token: string },
  work: (remote: GitRemote) => Promise<T>,
): Promise<T> {
  const folder = join(parts.dataFolder, "canary");
  const url = `${urlOf(forge)}/${project}.git`;
  const trusted = forge.ca === undefined ? {} : { GIT_SSL_CAINFO: forge.ca };
  return ports
    .openLog(folder)
    .then((git) =>
      ports.withGitCredential(folder, { url, secret: token }, (env) => work({ git, url, env: { ...env, ...trusted } })),
    );
}
