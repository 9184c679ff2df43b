import { writeFileSync } from "node:fs";
import { SystemError } from "../src/kernel/errors.ts";
import { placesOf } from "./backups/repositories.ts";
import { isDown } from "./behind.ts";
import { startControllers } from "./controllers.ts";
import type { Begin, EnvironmentOptions } from "./environment-options.ts";
import type { LabCluster } from "./kubernetes/index.ts";
import type { Part } from "./part.ts";
import { canaryEnvironment, type Environment } from "./platform.ts";
import type { Programs } from "./programs.ts";
import { fillDatabases, startServers } from "./real-servers.ts";
import { gitlabVersion } from "./repository/laid-over.ts";
import { type Door, type Ingress, type KeyPair, startIngress } from "./servers/ingress.ts";
import { type StandIns, startStandIns } from "./stand-ins.ts";
import { artifactsOf } from "./stores/artifacts.ts";
import { startStores } from "./stores/index.ts";

/** Starts an environment's real servers, then what stands on them, then the way in. What was begun is ended when a part fails. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const begun: Promise<Part>[] = [];
  let over = false;
  const begin = async <P extends Part>(start: () => Promise<P>): Promise<P> => {
    if (over) throw new SystemError(`${options.name} has ended`, "stop");
    const part = start();
    begun.push(part);
    return part;
  };
  const end = async (): Promise<void> => {
    over = true;
    const settled = await Promise.allSettled(begun.splice(0).toReversed());
    for (const one of settled) if (one.status === "fulfilled") await one.value.close().catch(() => undefined);
  };
  try {
    return { ...(await assemble(options, begin)), close: end };
  } catch (thrown) {
    await end().catch(() => undefined);
    throw thrown;
  }
}

async function assemble(options: EnvironmentOptions, begin: Begin): Promise<Omit<Environment, "close">> {
  const { name, folder, ports } = options;
  const urls = { gitlab: `https://127.0.0.1:${ports.gitlab}`, hub: `https://127.0.0.1:${ports.hub}` };
  const tokens = {
    probe: folder.secret(`${name}-gitlab-probe`),
    member: folder.secret(`${name}-gitlab-member`),
    ...(name === canaryEnvironment ? { canary: folder.secret(`${name}-gitlab-canary`) } : {}),
  };
  const programs: Programs = {};
  const servers = await startServers(options, programs, begin);
  const [standIns, stores] = await Promise.all([
    startStandIns(options, servers, { urls, tokens }, begin),
    startStores(options, servers, () => programs.gitlab?.version ?? gitlabVersion),
  ]);
  Object.assign(programs, servers, standIns, stores);
  let ingress: Ingress | undefined;
  let certificate: KeyPair | undefined;
  const controllers = await begin(() =>
    startControllers(options, servers.cluster, (issued) => {
      certificate = issued;
      ingress?.reload(issued);
    }),
  );
  const caFile = folder.path(name, "ca.pem");
  writeFileSync(caFile, controllers.certManager.ca);
  const first = certificate;
  if (first === undefined) throw new Error("cert-manager issued no certificate for the way in");
  ingress = await begin(() =>
    startIngress({ name: `${name} ingress`, certificate: first, doors: doorsTo(standIns, servers.cluster, options) }),
  );
  const { argocd, certManager } = controllers;
  const { postgresql } = servers;
  return {
    ...servers,
    ...standIns,
    name,
    argocd,
    certManager,
    ingress,
    urls,
    caFile,
    tokens,
    repository: placesOf(folder, name).first.repository,
    artifacts: artifactsOf(options, postgresql.ownerUrl("mlflow")),
    refill: {
      async databases() {
        await postgresql.makeMissing();
        await fillDatabases(options, postgresql);
      },
    },
  };
}

/** GitLab has an address of its own; MLflow lies below SharingHub's, as the platform's routes have it. */
function doorsTo(
  { gitlab, sharinghub, mlflow }: StandIns,
  { store }: LabCluster,
  { ports }: EnvironmentOptions,
): readonly Door[] {
  const unlessDown = (deployment: string, part: { readonly url?: string }) => (): string | undefined =>
    isDown(store, deployment) ? undefined : part.url;
  const hub = [
    { prefix: "/mlflow", to: unlessDown("mlflow-sharinghub", mlflow) },
    { prefix: "/", to: unlessDown("sharinghub", sharinghub) },
  ];
  return [
    { port: ports.gitlab, routes: [{ prefix: "/", to: unlessDown("gitlab-webservice-default", gitlab) }] },
    { port: ports.hub, routes: hub },
  ];
}
