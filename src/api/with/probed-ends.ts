import type { SeenEnd } from "../../calendar/renewals.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { endsOfProbed, type ProbedEnd } from "../../live/renewals.ts";
import { listFacts } from "../../live/store.ts";
import { standings } from "../../observations/store-read.ts";
import type { Endpoint } from "../../platform/endpoint.ts";
import type { Store } from "../../store/store.ts";

const day = 86_400_000;

/** The certificates that only probes of endpoints see, each with the time of its renewal. */
export async function probedEnds(
  store: Store,
  endpoints: readonly Endpoint[],
  now: Instant,
): Promise<readonly SeenEnd[]> {
  const hosts = new Map(
    endpoints.flatMap(({ environment, component, settings }) => {
      const host = hostOf(settings["url"]);
      return host === undefined ? [] : [[`${environment}/${component}`, host] as const];
    }),
  );
  const probed = (await standings(store, now)).flatMap(
    ({ environment, component, probe, subject, value, at }): readonly ProbedEnd[] => {
      const host = hosts.get(`${environment}/${component}`);
      if (host === undefined || probe !== "certificate" || subject !== probe || typeof value !== "number") return [];
      return [{ environment, host, notAfter: instantOf(Date.parse(at) + value * day) }];
    },
  );
  return endsOfProbed(probed, await namesSeen(store));
}

function hostOf(url: unknown): string | undefined {
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "https:") return undefined;
  return `${hostname.replace(/^\[|\]$/g, "")}${port === "" ? "" : `:${port}`}`;
}

/** Environment → names that cert-manager keeps, and hosts of Ingresses. */
async function namesSeen(store: Store): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = { visible: undefined };
  const kept = await listFacts(store, "certificate", all);
  const served = await listFacts(store, "served", all);
  const names = [
    ...kept.flatMap(({ environment, content }) => content.names.map((name) => ({ environment, name }))),
    ...served.flatMap(({ environment, content: { host, notAfter } }) =>
      notAfter === null ? [] : [{ environment, name: host }],
    ),
  ];
  const byEnvironment = Map.groupBy(names, ({ environment }) => environment);
  return new Map([...byEnvironment].map(([environment, found]) => [environment, found.map(({ name }) => name)]));
}
