import { join } from "node:path";
import { Oidc } from "../access/oidc.ts";
import { InputError } from "../kernel/errors.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import { schemaProblem } from "../store/migrations/runner.ts";
import { liveWorkers } from "../worker/store.ts";
import { createApp } from "./app.ts";
import { makeFirstLogin } from "./first-login.ts";
import { healthRoutes } from "./health-routes.ts";
import { hooksOf } from "./hooks-of.ts";
import { measuresOf } from "./measures.ts";
import { openMetrics } from "./metrics.ts";
import { defaultLimits } from "./options.ts";
import type { UseSecret } from "./secret-uses.ts";
import type { Capabilities, ServePorts } from "./serve-ports.ts";
import type { Up } from "./serve-up.ts";
import { type Listening, listen } from "./server.ts";
import { openServices, provide } from "./services.ts";
import { serverFacts } from "./status.ts";

/** Opens the API, and says how to begin with it. A worker by itself only says how it is. */
export async function openApi(up: Up, capabilities: Capabilities, stopping: AbortSignal): Promise<Listening> {
  const { ports, options, store, live, clock } = up;
  const { host, port } = live.current.listen;
  const address = { host: options.host ?? host, port: options.port ?? port, tls: await tlsOf(live.current, up) };
  const observed = {
    version: ports.version,
    clock,
    health: { checks: checksOf(up) },
    metrics: openMetrics(ports.version, measuresOf(store, clock)),
  };
  if (options.only === "worker") return listen(healthRoutes(observed), address);
  const opened = await listen(
    createApp({ ...observed, ...(await apiOf(up, capabilities, address)), stopping }),
    address,
  );
  await greet(up, opened.url);
  return opened;
}

async function apiOf(up: Up, capabilities: Capabilities, address: { readonly host: string; readonly port: number }) {
  const { ports, store, live, clock } = up;
  const config = live.current;
  const { tls, url, behindProxy } = config.listen;
  const facts = {
    version: ports.version,
    mode: up.mode,
    stopped: () => live.current.stopped,
    problems: () => [up.restored, live.problem].filter((problem) => problem !== undefined),
  };
  const { takeAlerts, takeFromPager } = capabilities;
  return {
    store,
    routes: capabilities.routes,
    record: ports.record,
    notify: ports.notify,
    services: openServices([provide(serverFacts, facts), ...capabilities.provided]),
    mode: up.mode,
    given: capabilities.given,
    login: {
      oidc: await oidcOf(config, url ?? `http://${address.host}:${address.port}`, up.useSecret, ports),
      grants: config.access,
      sessionHours: config.login?.sessionHours ?? 12,
    },
    approvers: () => live.current.approvers,
    secure: tls !== undefined || (url ?? "").startsWith("https:"),
    behindProxy,
    limits: defaultLimits,
    hooks: hooksOf(up.config(), { store, clock, useSecret: up.useSecret, takeAlerts, takeFromPager }),
    console: ports.console,
    log: ports.log,
  };
}

async function tlsOf({ listen: { tls } }: ServerConfig, { ports, useSecret }: Up) {
  if (tls === undefined) return undefined;
  const certificate = await ports.readText(tls.certificate);
  if (certificate === undefined) throw new InputError(`listen.tls.certificate: there is no file ${tls.certificate}.`);
  return { certificate, key: await useSecret(tls.key, "TLS") };
}

async function oidcOf(
  { login }: ServerConfig,
  url: string,
  useSecret: UseSecret,
  ports: ServePorts,
): Promise<Oidc | undefined> {
  if (login === undefined) return undefined;
  return new Oidc({
    issuer: login.issuer,
    clientId: login.clientId,
    clientSecret: login.clientSecret === undefined ? undefined : await useSecret(login.clientSecret, "login service"),
    redirectUri: `${url.replace(/\/$/, "")}/auth/callback`,
    scopes: login.scopes,
    groupsClaim: login.groupsClaim,
    clockToleranceSeconds: 30,
    fetch: ports.fetch,
  });
}

function checksOf({ store, options, clock }: Up) {
  return [
    { name: "database and schema", problem: () => schemaProblem(store) },
    {
      name: "worker",
      async problem() {
        const live = await liveWorkers(store, clock.now());
        // A server by itself may be up before its first worker is.
        return live.length > 0 || options.only === "api" ? undefined : "no worker was heard of within a minute";
      },
    },
  ];
}

/** What people have to know to begin; a login that is shown once goes into a file, never into what may be a log. */
async function greet(up: Up, url: string): Promise<void> {
  const { ports, store, live, options } = up;
  ports.say(`Millwright ${ports.version} answers at ${url}, mode ${up.mode()}\n`);
  if (live.current.login !== undefined || up.restored !== undefined) return;
  const file = join(options.data, "admin-token");
  const made = await makeFirstLogin(store, ports.clock.now(), ports.record, (secret) =>
    ports.writePrivate(file, `${secret}\n`),
  );
  if (made)
    ports.say(
      `The first administrator's token is in ${file}, valid for 30 days. To use it:\n  export MILLWRIGHT_URL=${url} MILLWRIGHT_TOKEN_FILE=${file}\n  millwright status\n`,
    );
}
