import { writeFileSync } from "node:fs";
import { startControllers } from "./controllers.ts";
import type { Begin, EnvironmentOptions } from "./environment-options.ts";
import type { Part } from "./part.ts";
import type { Environment } from "./platform.ts";
import type { Programs } from "./programs.ts";
import { startServers } from "./real-servers.ts";
import { type Door, type Ingress, type KeyPair, startIngress } from "./servers/ingress.ts";
import { type StandIns, startStandIns } from "./stand-ins.ts";

/** Starts an environment's real servers, then what stands on them, then the way in. What was begun is ended when a part fails. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const begun: Promise<Part>[] = [];
  const begin = <P extends Part>(part: Promise<P>): Promise<P> => {
    begun.push(part);
    return part;
  };
  const end = async (): Promise<void> => {
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
  const tokens = { probe: folder.secret(`${name}-gitlab-probe`), member: folder.secret(`${name}-gitlab-member`) };
  const programs: Programs = {};
  const servers = await startServers(options, programs, begin);
  const standIns = await startStandIns(options, servers, { urls, tokens }, begin);
  Object.assign(programs, servers, standIns);
  let ingress: Ingress | undefined;
  let certificate: KeyPair | undefined;
  const controllers = await begin(
    startControllers(options, servers.cluster, (issued) => {
      certificate = issued;
      ingress?.reload(issued);
    }),
  );
  const caFile = folder.path(name, "ca.pem");
  writeFileSync(caFile, controllers.certManager.ca);
  if (certificate === undefined) throw new Error("cert-manager issued no certificate for the way in");
  ingress = await begin(startIngress({ name: `${name} ingress`, certificate, doors: doorsTo(standIns, options) }));
  const { argocd, certManager } = controllers;
  return { ...servers, ...standIns, name, argocd, certManager, ingress, urls, caFile, tokens };
}

/** GitLab has an address of its own; MLflow lies below SharingHub's, as the platform's routes have it. */
function doorsTo({ gitlab, sharinghub, mlflow }: StandIns, { ports }: EnvironmentOptions): readonly Door[] {
  const hub = [
    { prefix: "/mlflow", to: () => mlflow.url },
    { prefix: "/", to: () => sharinghub.url },
  ];
  return [
    { port: ports.gitlab, routes: [{ prefix: "/", to: () => gitlab.url }] },
    { port: ports.hub, routes: hub },
  ];
}
