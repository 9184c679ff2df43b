import * as z from "zod";
import type { KubeObject } from "../kernel/kube.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { counted, section } from "./section.ts";
import {
  admissionPolicies,
  admissionWebhooks,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
} from "./types.ts";

const Rule = z.object({
  verbs: z.array(z.string()).default([]),
  apiGroups: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
});

const Role = z.object({ rules: z.array(Rule).nullish() });

const Binding = z.object({
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() })).nullish(),
});

/** What of a role lets someone go around Git; the worst first. */
type Power = "everything" | "grant rights" | "read Secrets" | "run programs in pods" | "change workloads";

const workloads = [
  "deployments",
  "statefulsets",
  "daemonsets",
  "replicasets",
  "pods",
  "jobs",
  "cronjobs",
  "configmaps",
  "services",
  "ingresses",
  "applications",
];
const writing = ["create", "update", "patch", "delete", "deletecollection"];

type RbacRule = z.infer<typeof Rule>;

/** What a rule must let someone do for each power. Names of single resources narrow a rule; what they name can still be changed. */
const powers: readonly { readonly power: Power; readonly on: readonly string[]; readonly may: readonly string[] }[] = [
  {
    power: "grant rights",
    on: ["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
    may: ["escalate", "bind", ...writing],
  },
  { power: "read Secrets", on: ["secrets"], may: ["get", "list", "watch", ...writing] },
  { power: "run programs in pods", on: ["pods/exec", "pods/attach"], may: ["create", "get"] },
  { power: "change workloads", on: workloads, may: writing },
];

/** Which powers a role's rules give. */
export function powersOf(rules: readonly RbacRule[]): readonly Power[] {
  const isAll = ({ verbs, resources, apiGroups }: RbacRule): boolean =>
    [verbs, resources, apiGroups].every((list) => list.includes("*"));
  if (rules.some(isAll)) return ["everything"];
  return powers
    .filter(({ on, may }) => rules.some((rule) => holds(rule.resources, on) && holds(rule.verbs, may)))
    .map(({ power }) => power);
}

function holds(list: readonly string[], any: readonly string[]): boolean {
  return list.includes("*") || any.some((one) => list.includes(one));
}

export interface Grant {
  readonly kind: string;
  readonly name: string;
  readonly powers: Set<Power>;
  /** `*` for the whole cluster. */
  readonly places: Set<string>;
  readonly bindings: Set<string>;
}

/**
 * Who could change the platform without Git: every subject whose bindings let it write, by namespace. Kubernetes' own (`system:`,
 * the service accounts of kube-system) and Argo CD's are left out.
 */
export function handSection(live: LiveCluster): Section {
  const grants = [...grantsOf(live).values()].filter(({ powers }) => powers.size > 0);
  const unseen = live.unseen(roles, roleBindings, clusterRoles, clusterRoleBindings);
  return section({
    id: "hands",
    title: "Who can write by hand",
    columns: ["Who", "Can", "Where", "By"],
    rows: [...grants.map(rowOf), ...admissionRows(live, grants.length)],
    unseen,
    none: "Nobody but Kubernetes and Argo CD themselves can write.",
    fine: () => "No person or group can write by hand; the programs that can are listed.",
    faulty: {
      bad: (count) => `${counted(count, "person or group", "people or groups")} with power over the whole cluster`,
      warn: (count) => `${counted(count, "subject")} that can write in some way`,
    },
  });
}

/** Every subject with what its bindings let it do; one without a power is not among them, nor Kubernetes' and Argo CD's own. */
export function grantsOf(live: LiveCluster): ReadonlyMap<string, Grant> {
  const rules = new Map<string, readonly RbacRule[]>();
  for (const { object, value } of [...live.read(roles, Role), ...live.read(clusterRoles, Role)])
    rules.set(`${object.metadata.namespace ?? ""}/${object.metadata.name}`, value.rules ?? []);
  const grants = new Map<string, Grant>();
  for (const { object, value } of [...live.read(roleBindings, Binding), ...live.read(clusterRoleBindings, Binding)]) {
    const { namespace } = object.metadata;
    const home = value.roleRef.kind === "ClusterRole" ? "" : (namespace ?? "");
    const found = powersOf(rules.get(`${home}/${value.roleRef.name}`) ?? []);
    for (const subject of value.subjects ?? []) note(grants, subject, found, object, value.roleRef.name);
  }
  return grants;
}

function note(
  grants: Map<string, Grant>,
  subject: { readonly kind: string; readonly name: string; readonly namespace?: string | undefined },
  found: readonly Power[],
  { kind, metadata }: KubeObject,
  role: string,
): void {
  const home = subject.namespace ?? metadata.namespace ?? "";
  if (found.length === 0 || isOwn(subject.name, subject.kind, home)) return;
  const label = subject.kind === "ServiceAccount" ? `${home}/${subject.name}` : subject.name;
  const grant = grants.get(`${subject.kind} ${label}`) ?? newGrant(subject.kind, label);
  for (const power of found) grant.powers.add(power);
  grant.places.add(metadata.namespace ?? "*");
  grant.bindings.add(`${kind} ${metadata.name} → ${role}`);
  grants.set(`${subject.kind} ${label}`, grant);
}

function newGrant(kind: string, name: string): Grant {
  return { kind, name, powers: new Set(), places: new Set(), bindings: new Set() };
}

/** Groups that hold everyone, or every program: what they can do is not Kubernetes' own doing. */
const everybody = /^system:(?:authenticated|unauthenticated|anonymous|serviceaccounts(?::.*)?)$/;

function isOwn(name: string, kind: string, namespace: string): boolean {
  if (kind !== "ServiceAccount") return name.startsWith("system:") && !everybody.test(name);
  return namespace.startsWith("kube-") || name.startsWith("argocd-") || name.startsWith("argo-cd-");
}

/** A machine's account is told; a person's or a group's is what should go through Git. */
function rowOf({ kind, name, powers: can, places, bindings }: Grant): Row {
  const wide = places.has("*");
  const strong = wide && (can.has("everything") || can.has("grant rights"));
  const isPerson = kind !== "ServiceAccount";
  const where = wide ? "the whole cluster" : [...places].sort().join(", ");
  const cells = [`${kind} ${name}`, [...can].join(", "), where, [...bindings].join("; ")];
  if (isPerson)
    return {
      mark: strong ? "bad" : "warn",
      cells,
      next: "Bind people to `view`, and keep an emergency role that is handed out, logged and taken back.",
    };
  return strong
    ? { mark: "warn", cells, next: "Give the program a role with only what it writes." }
    : { mark: "note", cells };
}

/** Whether something stands in the way of a change by hand. */
function admissionRows(live: LiveCluster, writers: number): readonly Row[] {
  if (writers === 0) return [];
  const unseen = live.unseen(admissionPolicies, admissionWebhooks);
  const policies = live.items(admissionPolicies).map(({ metadata }) => metadata.name);
  const hooks = live.items(admissionWebhooks).map(({ metadata }) => metadata.name);
  const guards = [...policies, ...hooks.filter((name) => /kyverno|gatekeeper|opa|policy/i.test(name))];
  if (guards.length > 0)
    return [
      {
        mark: "note",
        cells: ["admission", "may refuse changes", "", guards.join(", ")],
        why: "Whether it refuses changes by hand stands in the policy.",
      },
    ];
  if (unseen.length > 0)
    return [
      { mark: "unknown", cells: ["admission", "not known", "", ""], why: unseen[0]?.why, next: unseen[0]?.howToLearn },
    ];
  return [
    {
      mark: "absent",
      cells: ["admission", "nothing refuses a change by hand", "the whole cluster", ""],
      next: "A ValidatingAdmissionPolicy can refuse writes to what Argo CD keeps, from anyone but Argo CD.",
    },
  ];
}
