import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What a request does, as RBAC sees it. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

interface RbacRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Binding extends Stored {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

/** The groups of a service account (kubernetes.io/docs/reference/access-authn-authz/authentication). */
export function serviceAccount(namespace: string, name: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
  };
}

/** Whether the cluster's roles and bindings let a user do it. */
export function isAllowed(store: ObjectStore, user: User, asked: Attributes): boolean {
  if (user.groups.includes("system:masters")) return true;
  if (asked.group === "authorization.k8s.io") return true; // system:basic-user
  return rulesOf(store, user, asked.namespace).some((rule) => covers(rule, asked));
}

/** The rules that hold for a user in a namespace, or in the whole cluster. */
export function rulesOf(store: ObjectStore, user: User, namespace: string | undefined): readonly RbacRule[] {
  const bindings = [
    ...store.all("ClusterRoleBinding"),
    ...(namespace === undefined
      ? []
      : store.all("RoleBinding").filter((binding) => binding.metadata.namespace === namespace)),
  ] as unknown as readonly Binding[];
  return bindings
    .filter((binding) => names(binding, user))
    .flatMap(({ roleRef, metadata }) => {
      const role = store
        .all(roleRef.kind)
        .find(
          (one) =>
            one.metadata.name === roleRef.name &&
            (roleRef.kind === "ClusterRole" || one.metadata.namespace === metadata.namespace),
        );
      return (role?.["rules"] as readonly RbacRule[] | undefined) ?? [];
    });
}

function names(binding: Binding, user: User): boolean {
  return (binding.subjects ?? []).some(({ kind, name, namespace }) => {
    if (kind === "User") return name === user.name;
    if (kind === "Group") return user.groups.includes(name);
    return user.name === `system:serviceaccount:${namespace ?? binding.metadata.namespace ?? ""}:${name}`;
  });
}

function covers(rule: RbacRule, asked: Attributes): boolean {
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const any = (list: readonly string[] | undefined, ...values: readonly string[]): boolean =>
    list !== undefined && (list.includes("*") || values.some((value) => list.includes(value)));
  return (
    any(rule.verbs, asked.verb) &&
    any(rule.apiGroups, asked.group) &&
    any(rule.resources, resource, ...(asked.subresource === undefined ? [] : [`*/${asked.subresource}`])) &&
    (rule.resourceNames === undefined ||
      rule.resourceNames.length === 0 ||
      (asked.name !== undefined && rule.resourceNames.includes(asked.name)))
  );
}

/** The words of the real server's 403. */
export function refusalWords(user: User, asked: Attributes): string {
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const group = asked.group === "" ? "" : `.${asked.group}`;
  const scope = asked.namespace === undefined ? "at the cluster scope" : `in the namespace "${asked.namespace}"`;
  const subject = asked.name === undefined ? `${asked.resource}${group}` : `${asked.resource}${group} "${asked.name}"`;
  return `${subject} is forbidden: User "${user.name}" cannot ${asked.verb} resource "${resource}" in API group "${asked.group}" ${scope}`;
}
