import type { Columns } from "./table.ts";
import { ageText, joined, labelsText, none } from "./table-text.ts";
import type { Stored } from "./types.ts";

const age: Columns = [["Age", ({ metadata }, now) => ageText(metadata.creationTimestamp, now)]];

interface NodeStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly nodeInfo?: Readonly<Record<string, string>>;
}

const nodeStatus = ({ status }: Stored): NodeStatus => (status ?? {}) as NodeStatus;

function nodeState(node: Stored): string {
  const ready = nodeStatus(node).conditions?.find(({ type }) => type === "Ready");
  const isClosed = (node["spec"] as { readonly unschedulable?: boolean } | undefined)?.unschedulable === true;
  const state = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return isClosed ? `${state},SchedulingDisabled` : state;
}

const rolePrefix = "node-role.kubernetes.io/";

function rolesOf({ metadata: { labels = {} } }: Stored): string {
  return joined(
    Object.keys(labels)
      .flatMap((key) => (key.startsWith(rolePrefix) ? [key.slice(rolePrefix.length)] : []))
      .toSorted(),
  );
}

const address =
  (type: string) =>
  (node: Stored): string =>
    nodeStatus(node).addresses?.find((one) => one.type === type)?.address ?? none;
const info =
  (field: string, otherwise: string) =>
  (node: Stored): string =>
    nodeStatus(node).nodeInfo?.[field] ?? otherwise;

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly externalName?: string;
  readonly externalIPs?: readonly string[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly port: number; readonly nodePort?: number; readonly protocol?: string }[];
}

interface Balanced {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}

const serviceSpec = ({ spec }: Stored): ServiceSpec => (spec ?? {}) as ServiceSpec;
const balanced = ({ status }: Stored): readonly (string | undefined)[] =>
  (((status ?? {}) as Balanced).loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname);

function externalIp(service: Stored): string {
  const { type, externalName, externalIPs = [] } = serviceSpec(service);
  if (type === "ExternalName") return externalName ?? none;
  if (type !== "LoadBalancer") return joined(externalIPs);
  const all = joined([...balanced(service), ...externalIPs]);
  return all === none ? "<pending>" : all;
}

function portsOf(service: Stored): string {
  return joined(
    (serviceSpec(service).ports ?? []).map(
      ({ port, nodePort, protocol = "TCP" }) => `${port}${nodePort === undefined ? "" : `:${nodePort}`}/${protocol}`,
    ),
  );
}

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly rules?: readonly { readonly host?: string }[];
  readonly tls?: readonly unknown[];
}

const ingressSpec = ({ spec }: Stored): IngressSpec => (spec ?? {}) as IngressSpec;

function hostsOf(ingress: Stored): string {
  const hosts = (ingressSpec(ingress).rules ?? []).flatMap(({ host }) => host ?? []);
  return hosts.length === 0 ? "*" : hosts.join(",");
}

interface Claim {
  readonly phase?: string;
  readonly capacity?: { readonly storage?: string };
  readonly accessModes?: readonly string[];
}

const modes: Readonly<Record<string, string>> = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX" };
const claimStatus = ({ status }: Stored): Claim => (status ?? {}) as Claim;
const claimSpec = ({ spec }: Stored) =>
  (spec ?? {}) as { readonly volumeName?: string; readonly storageClassName?: string; readonly volumeMode?: string };

const sizeOf = (...maps: readonly unknown[]): number =>
  maps.reduce<number>((sum, map) => sum + Object.keys((map ?? {}) as object).length, 0);

/** The columns of what is no workload (kubernetes pkg/printers/internalversion/printers.go, as of 1.31). */
const hasVolume = (object: Stored): boolean => (claimSpec(object).volumeName ?? "") !== "";

function accessModesOf(object: Stored): string {
  return (claimStatus(object).accessModes ?? []).map((mode) => modes[mode] ?? mode).join(",");
}

export const otherColumns: Readonly<Record<string, Columns>> = {
  Node: [
    ["Status", nodeState],
    ["Roles", rolesOf],
    ...age,
    ["Version", info("kubeletVersion", "")],
    ["Internal-IP", address("InternalIP"), 1],
    ["External-IP", address("ExternalIP"), 1],
    ["OS-Image", info("osImage", "<unknown>"), 1],
    ["Kernel-Version", info("kernelVersion", "<unknown>"), 1],
    ["Container-Runtime", info("containerRuntimeVersion", "<unknown>"), 1],
  ],
  Namespace: [
    ["Status", ({ status }) => (status as { readonly phase?: string } | undefined)?.phase ?? "Active"],
    ...age,
  ],
  Service: [
    ["Type", (object) => serviceSpec(object).type ?? "ClusterIP"],
    ["Cluster-IP", (object) => serviceSpec(object).clusterIP ?? none],
    ["External-IP", externalIp],
    ["Port(s)", portsOf],
    ...age,
    ["Selector", (object) => labelsText(serviceSpec(object).selector), 1],
  ],
  Ingress: [
    ["Class", (object) => ingressSpec(object).ingressClassName ?? none],
    ["Hosts", hostsOf],
    ["Address", (object) => joined(balanced(object)).replace(none, "")],
    ["Ports", (object) => ((ingressSpec(object).tls ?? []).length > 0 ? "80, 443" : "80")],
    ...age,
  ],
  Secret: [
    ["Type", ({ type }) => (typeof type === "string" ? type : "Opaque")],
    ["Data", (object) => sizeOf(object["data"])],
    ...age,
  ],
  ConfigMap: [["Data", (object) => sizeOf(object["data"], object["binaryData"])], ...age],
  ServiceAccount: [["Secrets", (object) => sizeOf(object["secrets"])], ...age],
  PersistentVolumeClaim: [
    ["Status", (object) => claimStatus(object).phase ?? ""],
    ["Volume", (object) => claimSpec(object).volumeName ?? ""],
    // Of one that has no volume the server shows neither, whatever its status says.
    ["Capacity", (object) => (hasVolume(object) ? (claimStatus(object).capacity?.storage ?? "") : "")],
    ["Access Modes", (object) => (hasVolume(object) ? accessModesOf(object) : "")],
    ["StorageClass", (object) => claimSpec(object).storageClassName ?? ""],
    ["VolumeAttributesClass", () => "<unset>"],
    ...age,
    ["VolumeMode", (object) => claimSpec(object).volumeMode ?? "Filesystem", 1],
  ],
  Lease: [
    ["Holder", ({ spec }) => (spec as { readonly holderIdentity?: string } | undefined)?.holderIdentity ?? ""],
    ...age,
  ],
};

interface EventObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string;
  readonly firstTimestamp?: string;
  readonly count?: number;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly fieldPath?: string };
  readonly source?: { readonly component?: string };
}

const event = (object: Stored): EventObject => object as EventObject;

/** An Event's name does not stand first. */
export const eventColumns: Columns = [
  ["Last Seen", (object, now) => ageText(event(object).lastTimestamp, now)],
  ["Type", (object) => event(object).type ?? ""],
  ["Reason", (object) => event(object).reason ?? ""],
  [
    "Object",
    (object) => {
      const { kind = "", name = "" } = event(object).involvedObject ?? {};
      return `${kind.toLowerCase()}/${name}`;
    },
  ],
  ["Subobject", (object) => event(object).involvedObject?.fieldPath ?? "", 1],
  ["Source", (object) => event(object).source?.component ?? "", 1],
  ["Message", (object) => event(object).message ?? ""],
  ["First Seen", (object, now) => ageText(event(object).firstTimestamp, now), 1],
  ["Count", (object) => event(object).count ?? 1, 1],
  ["Name", ({ metadata }) => metadata.name, 1],
];
