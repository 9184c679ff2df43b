import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { Fact } from "../../../kernel/fact.ts";
import type { KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import type { Taking } from "../../store-kind.ts";
import { isReady, podOf } from "../pod.ts";
import { type DatabaseUsers, databaseNamed, selectorOf, usersOf } from "./effective.ts";

interface Address {
  readonly service: string;
  readonly namespace: string;
  readonly database: string;
  /** By its own words it is the cluster's, not only by what is there. */
  readonly isOfCluster: boolean;
}

/**
 * The same of a database that an address leads to: where that is a Service of the environment's cluster. Undefined where it is none,
 * and where no cluster is declared: who uses it is asked of nobody then. A cluster that does not answer keeps no backup from being
 * made that does not need it.
 */
export async function usersByAddress(
  url: string,
  component: string,
  { cluster: open, down, signal }: Pick<Taking, "cluster" | "down" | "signal">,
): Promise<DatabaseUsers | undefined> {
  const address = addressIn(url);
  if (address === undefined) return undefined;
  try {
    const cluster = await open();
    const server = await serverOf(address, cluster);
    if (server === undefined) return undefined;
    const where = { pod: podOf(server, undefined, cluster), database: address.database };
    return await usersOf(where, component, { cluster, down, signal });
  } catch (thrown) {
    if (thrown instanceof InputError) return undefined;
    if (!(thrown instanceof SystemError) || signal.aborted) throw thrown;
    return address.isOfCluster ? { kind: "not-known", why: messageOf(thrown) } : undefined;
  }
}

/** `db.mlflow`, `db.mlflow.svc.cluster.local`, `db-0.db.mlflow.svc` (kubernetes.io/docs/concepts/services-networking/dns-pod-service). */
function addressIn(url: string): Address | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname, searchParams } = new URL(url);
  const label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
  const host = searchParams.get("host") ?? hostname;
  const found = new RegExp(
    `^(?:(?:${label}\\.)?(${label})\\.(${label})\\.svc(?:\\..*)?|(${label})\\.(${label}))$`,
  ).exec(host);
  if (found === null) return undefined;
  const [, service = found[3] ?? "", namespace = found[4] ?? ""] = found;
  return { service, namespace, database: databaseNamed(pathname.slice(1)), isOfCluster: found[1] !== undefined };
}

/** A pod behind it; undefined where there is no such Service or it leads to no pod. Throws `SystemError` where that may not be asked. */
async function serverOf({ service: name, namespace }: Address, cluster: KubeWriter): Promise<KubeObject | undefined> {
  const service = valueOf(await cluster.get({ apiVersion: "v1", plural: "services", namespace, name }));
  const selector = service === undefined ? [] : selectorOf(service);
  if (selector.length === 0) return undefined;
  const labels = selector.map((pair) => pair.join("=")).join(",");
  const pods = valueOf(await cluster.list({ apiVersion: "v1", plural: "pods" }, { namespace, labels }));
  return pods?.items.find(isReady);
}

function valueOf<T>(fact: Fact<T>): T | undefined {
  if (fact.kind === "unknown") throw new SystemError(fact.why, "stop");
  return fact.kind === "known" ? fact.value : undefined;
}
