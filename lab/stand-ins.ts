import { hasRunningPod } from "./behind.ts";
import type { Begin, EnvironmentOptions } from "./environment-options.ts";
import { type GitlabStandIn, startGitLab } from "./gitlab/index.ts";
import type { Ledger } from "./ledger.ts";
import { type MlflowStandIn, startMlflow } from "./mlflow/index.ts";
import type { Environment } from "./platform.ts";
import type { Servers } from "./real-servers.ts";
import { gitlabVersion, mlflowVersion, sharinghubVersion } from "./repository/laid-over.ts";
import { pause } from "./servers/children.ts";
import { type SharingHubStandIn, startSharingHub } from "./sharinghub/index.ts";
import { artifactsFolder } from "./stores/artifacts.ts";

export interface StandIns {
  readonly gitlab: GitlabStandIn;
  readonly sharinghub: SharingHubStandIn;
  readonly mlflow: MlflowStandIn;
  /** Sets GitLab's clock ahead. */
  skew(millis: number): void;
}

/** GitLab first, which the others ask. Each is the version that it was upgraded to before the lab was stopped. */
export async function startStandIns(
  options: EnvironmentOptions,
  { postgresql, redis, cluster }: Servers,
  { urls, tokens }: Pick<Environment, "urls" | "tokens">,
  begin: Begin,
): Promise<StandIns> {
  const { name, folder, ledger, ports } = options;
  let skewMs = 0;
  const now = (): Date => new Date();
  const gitlab = await begin(() =>
    patiently(() =>
      startGitLab({
        name: `${name}/gitlab`,
        databaseUrl: postgresql.ownerUrl("gitlabhq_production"),
        redisUrl: redis.secretUrl,
        version: versionNow(ledger, `${name}/gitlab`, gitlabVersion),
        port: 0,
        ledger,
        now: () => new Date(Date.now() + skewMs),
        externalUrl: urls.gitlab,
        repositories: folder.path(name, "gitlab-repositories"),
        sidekiqRuns: () => hasRunningPod(cluster.store, "gitlab-sidekiq-all-in-1-v2"),
        tokens: [
          { name: "probe", token: tokens.probe, username: "root", scopes: ["read_api", "admin_mode"] },
          { name: "member", token: tokens.member, username: "root", scopes: ["api"] },
          ...(tokens.canary === undefined ? [] : [canaryToken(tokens.canary)]),
        ],
      }),
    ),
  );
  const mlflow = await begin(() =>
    patiently(() =>
      startMlflow({
        name: `${name}/mlflow`,
        databaseUrl: postgresql.ownerUrl("mlflow"),
        version: versionNow(ledger, `${name}/mlflow`, mlflowVersion),
        port: 0,
        ledger,
        now,
        artifacts: artifactsFolder(options),
        sharinghubUrl: `http://127.0.0.1:${ports.sharinghub}`,
      }),
    ),
  );
  const sharinghub = await begin(() =>
    startSharingHub({
      name: `${name}/sharinghub`,
      version: versionNow(ledger, `${name}/sharinghub`, sharinghubVersion),
      port: ports.sharinghub,
      ledger,
      now,
      gitlabUrl: gitlab.url,
      mlflowUrl: `${mlflow.url}/mlflow/`,
      shown: { gitlab: urls.gitlab, mlflow: `${urls.hub}/mlflow/` },
      externalUrl: urls.hub,
    }),
  );
  return { gitlab, sharinghub, mlflow, skew: (millis) => void (skewMs = millis) };
}

/** An access token of the canary's group, which sees that group alone. */
function canaryToken(token: string) {
  const group = { path: "canary", access: 50 };
  return { name: "canary", token, username: "group_1_bot_canary", scopes: ["api", "write_repository"], group };
}

/** What it was upgraded to, else what the platform began with. */
function versionNow(ledger: Ledger, target: string, first: string): string {
  const upgraded = ledger.entries().filter((entry) => entry.target === target && entry.effect === "upgraded");
  return upgraded.at(-1)?.detail?.["version"] ?? first;
}

/** A stand-in gives its database two seconds, and everything is being started at once, perhaps on a busy machine: so it may try again. */
async function patiently<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (thrown) {
      if (attempt === 10) throw thrown;
      await pause(500);
    }
  }
}
