import type { KubeObject } from "../../../kernel/kube.ts";
import { isSealedForOnePlace, isSealingKey, secretData } from "./sealing.ts";

/** Where objects come from and go to. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** A ConfigMap that says which backup a namespace's objects are of, and whether all of them. */
export const markName = "millwright-restored";

/** Why an object of the namespace does not come along; undefined: it does. */
export function staysBecause(object: KubeObject, { from }: Move): string | undefined {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner !== undefined) return `${owner.kind} ${owner.name} makes it, which is of ${from}`;
  return bound.find(({ is }) => is(object))?.why(from);
}

const bound: readonly {
  readonly is: (object: KubeObject) => boolean;
  readonly why: (from: string) => string;
}[] = [
  // An Application belongs to the namespace that Argo CD looks in, and says itself where it deploys to.
  { is: ({ apiVersion }) => apiVersion.startsWith("argoproj.io/"), why: () => "Argo CD would act on it" },
  { is: isSealingKey, why: () => "the controller reads its keys in its own namespace alone" },
  {
    is: (object) => object.kind === "SealedSecret" && isSealedForOnePlace(object),
    why: (from) => `it is sealed for ${from}: seal it anew`,
  },
  // By the account's uid (kubernetes.io/docs/concepts/configuration/secret, "ServiceAccount token Secrets").
  {
    is: (object) => object["type"] === "kubernetes.io/service-account-token",
    why: (from) => `it is of an account of ${from}`,
  },
  // Published in each namespace (kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin).
  { is: (object) => isConfigMap(object, "kube-root-ca.crt"), why: () => "each namespace has its own" },
  { is: (object) => isConfigMap(object, markName), why: (from) => `it says what was restored to ${from}` },
];

function isConfigMap({ kind, metadata }: KubeObject, name: string): boolean {
  return kind === "ConfigMap" && metadata.name === name;
}

/**
 * By these Argo CD knows what an Application made, by the label alone before 3.0, and would prune what is not in its repository
 * (argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking). What kubectl applied last names the namespace and what a Secret holds.
 */
const ofOthers: ReadonlySet<string> = new Set([
  "app.kubernetes.io/instance",
  "argocd.argoproj.io/instance",
  "argocd.argoproj.io/tracking-id",
  "argocd.argoproj.io/installation-id",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/** The same object in the other namespace, without what binds it to where it was. */
export function movedTo(object: KubeObject, { to }: Move): KubeObject {
  const { status: _, metadata, ...rest } = object;
  const { labels, annotations } = metadata;
  return {
    ...rest,
    ...(object.kind === "SealedSecret" ? { spec: templateIn(object["spec"], to) } : {}),
    metadata: {
      name: metadata.name,
      namespace: to,
      ...(labels === undefined ? {} : { labels: without(labels) }),
      ...(annotations === undefined ? {} : { annotations: without(annotations) }),
    },
  } as KubeObject;
}

function without(named: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(named).filter(([name]) => !ofOthers.has(name)));
}

/** A SealedSecret says of the Secret that it makes where that lies. */
function templateIn(spec: unknown, namespace: string): unknown {
  const { template, ...rest } = spec as { readonly template?: { readonly metadata?: object } };
  if (template?.metadata === undefined) return spec;
  return { ...rest, template: { ...template, metadata: { ...template.metadata, namespace } } };
}

/** Whether what it holds names an address in the namespace: it goes on to lead there. */
export function leadsTo(object: KubeObject, { from }: Move): boolean {
  const held = object.kind === "Secret" ? secretData(object) : object["data"];
  return JSON.stringify(held ?? {}).includes(`.${from}.svc`);
}
