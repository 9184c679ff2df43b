import type { KubeName, KubeRight, KubeSelection, KubeType } from "../kernel/kube.ts";

/** Where a type's objects are: all of them, or those of a namespace. */
export function pathOfType({ apiVersion, plural }: KubeType, namespace?: string): string {
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${base}${scope}/${encodeURIComponent(plural)}`;
}

export function pathOfObject(name: KubeName, subresource?: string): string {
  const path = `${pathOfType(name, name.namespace)}/${encodeURIComponent(name.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** `?a=1&b=2`; what is undefined or false is left out, a list stands several times. */
export function queryOf(
  parameters: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === false) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

export function selectorsOf(selection: KubeSelection): { labelSelector?: string; fieldSelector?: string } {
  return {
    ...(selection.labels === undefined ? {} : { labelSelector: selection.labels }),
    ...(selection.fields === undefined ? {} : { fieldSelector: selection.fields }),
  };
}

/** The group of `apps/v1` is `apps`, of `v1` the empty one. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** The right that a request takes. */
export function rightOn(
  verb: string,
  { apiVersion, plural, ...rest }: KubeType & { readonly namespace?: string | undefined; readonly name?: string },
  subresource?: string,
): KubeRight {
  return {
    verb,
    group: groupOf(apiVersion),
    resource: plural,
    subresource,
    namespace: rest.namespace,
    name: rest.name,
  };
}

/** `list pods in namespace gitlab`, `create pods/exec in …`, `get nodes of the cluster`; another group than the core is named. */
export function rightAsWords({ verb, group, resource, subresource, namespace }: KubeRight): string {
  const what = `${resource}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
  return `${verb} ${what} ${namespace === undefined ? "in the whole cluster" : `in namespace ${namespace}`}`;
}
