import * as z from "zod";
import type { Fact } from "../../../kernel/fact.ts";
import type { KubeList, KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import { isReady } from "../pod.ts";
import { hasEnded } from "../volume/workload.ts";
import { heldDown } from "./held-down.ts";
import type { PodDatabase } from "./pod-session.ts";
import { type ConfiguredText, declaredTexts, livingTexts, type WorkloadTexts } from "./workload-texts.ts";

/*
 * A database server may run, be green and hold nothing: MLflow of a well-known guide keeps its runs in SQLite on a volume, beside a
 * PostgreSQL that no workload names. A dump of that succeeds and saves nothing. So it is asked first who uses the database.
 */

export type DatabaseUsers =
  /** `mlflow-7d9c, MLFLOW_BACKEND_STORE_URI`. */
  | { readonly kind: "used"; readonly by: readonly string[] }
  | { readonly kind: "not-known"; readonly why: string }
  /** `instead`: the SQLite file that the component uses, where that was seen. */
  | { readonly kind: "not-used"; readonly why: string; readonly instead?: string | undefined };

interface Asked {
  readonly cluster: KubeWriter;
  /** Workloads that have no pods as the fence holds them down, by its names of them. */
  readonly down?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** How many pods of a namespace are looked into, where none is the component's. */
const mostPods = 40;

/**
 * Which workloads of the pod's namespace use a database, by what they are configured with: pods, and of what the fence holds down
 * its templates. What cannot be read makes it *not known*, unless it is seen what the component uses instead.
 */
export async function usersOf(
  where: Pick<PodDatabase, "pod" | "database">,
  component: string,
  asked: Asked,
): Promise<DatabaseUsers> {
  const server = where.pod.object;
  const { namespace } = server.metadata;
  const [services, listed, held] = await Promise.all([
    asked.cluster.list({ apiVersion: "v1", plural: "services" }, { namespace }),
    asked.cluster.list({ apiVersion: "v1", plural: "pods" }, { namespace }),
    heldDown(namespace, asked.down ?? [], asked.cluster),
  ]);
  for (const fact of [services, listed]) if (fact.kind === "unknown") return { kind: "not-known", why: fact.why };
  const serving = itemsOf(services).filter((service) => selects(service, server));
  const all = [...held.pods, ...itemsOf(listed).filter((pod) => !hasEnded(pod))];
  const others = all.filter((pod) => !isSibling(pod, server, serving));
  const own = others.filter((pod) => isOf(pod, component));
  const looked = (own.length > 0 ? own : others).slice(0, mostPods);
  const found = await lookedInto(looked, where.database, hostsOf(serving, server), asked);
  if (found.users.length > 0) return { kind: "used", by: found.users };
  const unread = [...held.unread, ...found.unread];
  // What others beside it use says nothing of the component.
  const [instead] = own.length > 0 ? found.elsewhere : [];
  if (unread.length > 0 && instead === undefined) return { kind: "not-known", why: unread.slice(0, 3).join("; ") };
  return { kind: "not-used", why: notUsed(where, component, own.length > 0, instead), instead };
}

async function lookedInto(
  pods: readonly KubeObject[],
  database: string,
  hosts: RegExp,
  { cluster, signal }: Asked,
): Promise<{
  readonly users: readonly string[];
  readonly elsewhere: readonly string[];
  readonly unread: readonly string[];
}> {
  const unread: string[] = [];
  const elsewhere: string[] = [];
  const look = async (
    at: readonly KubeObject[],
    ask: (pod: KubeObject) => Promise<WorkloadTexts>,
  ): Promise<readonly string[]> => {
    for (const pod of at) {
      const found = await ask(pod);
      unread.push(...found.unread);
      const users = found.texts.filter(({ text }) => names(text, hosts, database));
      if (users.length > 0) return [...new Set(users.map((one) => one.where))].slice(0, 10);
      elsewhere.push(...found.texts.flatMap(sqliteIn));
    }
    return [];
  };
  const declared = await look(pods, (pod) => declaredTexts(pod, cluster));
  const living = pods.filter(isReady);
  const users = declared.length > 0 ? declared : await look(living, (pod) => livingTexts(pod, cluster, signal));
  return { users, elsewhere: [...new Set(elsewhere)], unread };
}

function notUsed(
  { pod, database }: Pick<PodDatabase, "pod" | "database">,
  component: string,
  hasPods: boolean,
  instead: string | undefined,
): string {
  const who = hasPods ? component : `no workload of ${pod.object.metadata.namespace ?? "default"}`;
  const does = hasPods ? "does not use" : "uses";
  const own = instead === undefined ? "" : `; it uses ${instead}: declare that as a store of kind sqlite`;
  return `${who} ${does} the database ${database} in ${pod.label}: a backup of it would be none of ${component}${own}`;
}

/** In an address the database is named too; a host alone is enough. */
function names(text: string, hosts: RegExp, database: string): boolean {
  const addresses = [...text.matchAll(/postgres(?:ql)?(?:\+\w+)?:\/\/(?:[^@/\s"']*@)?([^/\s"'?]+)(?:\/([^\s"'?]*))?/g)];
  const ours = addresses.filter(([, host = ""]) => hosts.test(host));
  if (ours.length > 0)
    return ours.some(([, , name]) => name === undefined || name === "" || databaseNamed(name) === database);
  const rest = addresses.reduce((left, [address]) => left.replace(address, ""), text);
  return hosts.test(rest);
}

/** As an address names a database: `my%20db`; what is no such writing is the name itself. */
export function databaseNamed(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

function sqliteIn({ where, text }: ConfiguredText): readonly string[] {
  const found = /\bsqlite(?:\+\w+)?:\/\/[^\s"';]*/.exec(text)?.[0];
  return found === undefined ? [] : [`${found} (${where})`];
}

const Service = z.object({ spec: z.object({ selector: z.record(z.string(), z.string()).nullish() }).default({}) });

/** The labels of the pods that a Service leads to; none where it leads elsewhere. */
export function selectorOf(service: KubeObject): readonly (readonly [label: string, value: string])[] {
  return Object.entries(Service.parse(service).spec.selector ?? {});
}

function selects(service: KubeObject, pod: KubeObject): boolean {
  const wanted = selectorOf(service);
  return wanted.length > 0 && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** The names by which a pod is reached, alone or with its namespace; not the scheme of an address that reads the same. */
function hostsOf(services: readonly KubeObject[], { metadata }: KubeObject): RegExp {
  const names = services.map((service) => service.metadata.name);
  const quoted = [...names, ...names.map((name) => `${metadata.name}.${name}`)].map((name) =>
    name.replace(/[.-]/g, "\\$&"),
  );
  const namespace = (metadata.namespace ?? "default").replace(/-/g, "\\-");
  if (quoted.length === 0) return /(?!)/;
  return new RegExp(`(?<![\\w.-])(?:${quoted.join("|")})(?:\\.${namespace}(?:\\.svc[\\w.-]*)?)?(?![\\w.+-]|://)`);
}

/** The server itself, or another instance of it. */
function isSibling(pod: KubeObject, server: KubeObject, serving: readonly KubeObject[]): boolean {
  return pod.metadata.name === server.metadata.name || serving.some((service) => selects(service, pod));
}

const nameLabels = [
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/part-of",
  "app",
  "release",
];

function isOf({ metadata }: KubeObject, component: string): boolean {
  return (
    metadata.name === component ||
    metadata.name.startsWith(`${component}-`) ||
    nameLabels.some((label) => metadata.labels?.[label] === component)
  );
}

function itemsOf(listed: Fact<KubeList>): readonly KubeObject[] {
  return listed.kind === "known" ? listed.value.items : [];
}
