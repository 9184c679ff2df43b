import { type LiveCluster } from "../../assess/live.ts";
import { probeIngresses, type ServedCertificates } from "../../assess/served-certificates.ts";
import { followRenewals } from "../../calendar/renewals.ts";
import { gather } from "../../findings/audit.ts";
import { recordNews } from "../../findings/observe.ts";
import { forgetSource } from "../../findings/store-record.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Tree } from "../../kernel/ports.ts";
import type { Desired } from "../../live/drifts.ts";
import { heldIn, holdsNow } from "../../live/holds.ts";
import { gatePolicy } from "../../live/offer.ts";
import { putBacksOf } from "../../live/put-back.ts";
import { lookAtCluster } from "../../live/read.ts";
import { endsOf } from "../../live/renewals.ts";
import { blindLook, lookOfFacts } from "../../live/rule.ts";
import { liveRules } from "../../live/rules.ts";
import { forgetClusters, keepSeen, keepUnseen } from "../../live/store.ts";
import { liveHolds } from "../../observations/held.ts";
import { conventionalName, type PlatformConfig } from "../../platform/config.ts";
import type { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import { requestJob } from "../../worker/store.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";
import { ObservedClusters } from "./cluster.ts";
import { fencesOf } from "./fences.ts";
import { probedEnds } from "./probed-ends.ts";

type Cluster = ServerConfig["clusters"][number];
type Repository = ServerConfig["repositories"][number];

/** A repository is read again after so long; what it says of an environment is then compared anew. */
const repositoryMillis = 300_000;
/** Hosts are asked less often than the cluster. */
const servedMillis = 900_000;
const handshakeMillis = 5000;

/** Clusters, looked at again and again with the observer's credential: what is live, and what follows from it. */
export function liveOf(building: Building, openedBy: Capability["opened"]): Capability {
  const { config, log } = building.parts;
  const eyes = new Eyes(building);
  const lookAtFences = fencesOf(building);
  return {
    provided: [provide(gatePolicy, () => config().gates), provide(holdsNow, liveHolds)],
    jobs: [
      {
        id: "live",
        everySeconds: config().liveEverySeconds,
        timeoutSeconds: 300,
        async run({ store, now, signal }) {
          await building.look();
          const { clusters } = config();
          for (const gone of await forgetClusters(
            store,
            clusters.map(({ environment }) => environment),
          ))
            await forgetSource(store, sourceOf(gone), "the server's configuration", now);
          const looks = clusters.map(async (cluster) => {
            if (!signal.aborted) await lookAt(building, eyes, cluster, { store, now, openedBy, lookAtFences });
          });
          for (const look of await Promise.allSettled(looks))
            if (look.status === "rejected") log({ level: "error", message: `clusters: ${messageOf(look.reason)}` });
        },
      },
      {
        id: "renewals",
        everySeconds: 900,
        timeoutSeconds: 60,
        async run({ store, now }) {
          await followRenewals(store, await probedEnds(store, config().endpoints, now), now, building.ports.record);
        },
      },
    ],
  };
}

function sourceOf(environment: string): string {
  return `cluster:${environment}`;
}

interface Turn {
  readonly store: Store;
  readonly now: Instant;
  readonly openedBy: Capability["opened"];
  readonly lookAtFences: ReturnType<typeof fencesOf>;
}

async function lookAt(building: Building, eyes: Eyes, cluster: Cluster, turn: Turn): Promise<void> {
  const { store, now, openedBy } = turn;
  const platform = building.platform();
  const { environment } = cluster;
  try {
    const reader = await eyes.clusters.reader(cluster);
    const desired = await eyes.desired(environment, platform, now);
    const looking = { environment, production: isProduction(environment), desired, now };
    const {
      facts: seen,
      version,
      objects,
    } = await lookAtCluster(reader, looking, (live) => eyes.served(environment, live, now));
    const facts = heldIn(seen, await holdsAfter(building, turn, environment));
    const putBacks = await putBacksOf(reader, facts);
    const look = lookOfFacts(facts, liveRules, platform.suppress);
    await store.transaction(async (part) => {
      await keepSeen(part, { facts, cluster: reader.label, version, objects, putBacks });
      await followRenewals(part, endsOf(facts), now, building.ports.record);
      const news = await recordNews(part, look, { id: sourceOf(environment) }, now, openedBy?.(platform));
      // Work orders follow from findings, and need not wait for the calendar's next minute.
      if (news.length > 0) await requestJob(part, now, "calendar");
    });
  } catch (thrown) {
    // It does not answer, or its credential cannot be had: nothing is known of it now.
    if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
    eyes.clusters.forget(environment);
    await keepUnseen(store, environment, messageOf(thrown), now);
    const [rule] = liveRules;
    if (rule === undefined) return;
    const look = blindLook(
      environment,
      rule,
      messageOf(thrown),
      "millwright doctor access, with the observer's kubeconfig",
    );
    await recordNews(store, look, { id: sourceOf(environment) }, now, undefined);
  }
}

/** What is held down once the cluster was read: a fence that was closed meanwhile, since the last look at health, is seen too. */
async function holdsAfter({ parts }: Building, { store, lookAtFences }: Turn, environment: string) {
  await lookAtFences(store, parts.clock.now(), environment);
  return liveHolds(store, parts.clock.now());
}

function isProduction(environment: string): boolean {
  return conventionalName(environment) === "production";
}

interface Remembered<T> {
  readonly from: string;
  readonly at: Instant;
  readonly value: T;
}

/** What is kept between two looks: open connections, and what is asked for less often. */
class Eyes {
  readonly #building: Building;
  readonly clusters: ObservedClusters;
  readonly #served = new Map<string, Remembered<ServedCertificates>>();
  #repository: Remembered<Awaited<ReturnType<typeof gather>>["facts"]> | undefined;

  constructor(building: Building) {
    this.#building = building;
    this.clusters = new ObservedClusters(building);
  }

  async served(environment: string, live: LiveCluster, now: Instant): Promise<ServedCertificates> {
    const last = this.#served.get(environment);
    if (last !== undefined && Date.parse(now) - Date.parse(last.at) < servedMillis) return last.value;
    const value = await probeIngresses(live, this.#building.ports.probes.edges.tls(handshakeMillis, undefined));
    this.#served.set(environment, { from: "", at: now, value });
    return value;
  }

  /** What the first repository says of an environment; undefined where it follows another branch, or cannot be read. */
  async desired(environment: string, platform: PlatformConfig, now: Instant): Promise<Desired | undefined> {
    const [repository] = this.#building.parts.config().repositories;
    const wanted = platform.environments.find(({ name }) => name === environment)?.ref;
    if (repository === undefined || (wanted !== undefined && repository.ref !== undefined && wanted !== repository.ref))
      return undefined;
    const facts = await this.#factsOf(repository, platform, now);
    if (facts === undefined) return undefined;
    return {
      manifests: facts.manifests.filter((one) => one.environment === undefined || one.environment === environment),
      kustomizations: facts.files
        .filter(({ path }) => /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path))
        .flatMap((file) => file.documents.flatMap(({ root }) => (root?.kind === "mapping" ? [{ file, root }] : []))),
    };
  }

  async #factsOf(repository: Repository, config: PlatformConfig, now: Instant) {
    const from = JSON.stringify([repository, config]);
    const last = this.#repository;
    if (last?.from === from && Date.parse(now) - Date.parse(last.at) < repositoryMillis) return last.value;
    try {
      const tree = await this.#open(repository);
      const { facts } = await gather({ tree, config, systems: this.#building.ports.probes.systems, rules: [], now });
      this.#repository = { from, at: now, value: facts };
      return facts;
    } catch (thrown) {
      const message = `clusters: ${repository.name} cannot be compared with: ${messageOf(thrown)}`;
      this.#building.parts.log({ level: "warning", message });
      return last?.value;
    }
  }

  async #open(repository: Repository): Promise<Tree> {
    const { parts, ports } = this.#building;
    const { credentials, name } = repository;
    const credential = credentials === undefined ? undefined : await parts.useSecret(credentials, `repository ${name}`);
    return (await ports.openRepository(repository, parts.dataFolder, credential)).tree;
  }
}
