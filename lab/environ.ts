import type { LabCluster } from "./kubernetes/index.ts";

interface Named {
  readonly name?: string;
  readonly key?: string;
}

interface Container {
  readonly name: string;
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: Named; readonly configMapKeyRef?: Named };
  }[];
  readonly envFrom?: readonly { readonly secretRef?: Named; readonly configMapRef?: Named }[];
}

export interface InPod {
  readonly namespace: string;
  readonly pod: string;
  /** The first one when left out. */
  readonly container: string | undefined;
}

/**
 * What `/proc/1/environ` has in a container (proc_pid_environ(5): each variable ended by a null byte), by its pod's description and
 * the Secrets and ConfigMaps that are there now. Undefined where there is no such container.
 */
export function environOf({ store }: LabCluster, { namespace, pod, container }: InPod): string | undefined {
  const get = (kind: string, name: string): Readonly<Record<string, unknown>> | undefined =>
    store.get(store.typeOfObject({ apiVersion: "v1", kind }), namespace, name);
  const dataOf = (kind: "Secret" | "ConfigMap", name = ""): readonly (readonly [string, string])[] => {
    const data = Object.entries((get(kind, name)?.["data"] ?? {}) as Readonly<Record<string, string>>);
    return data.map(([key, value]) => [key, kind === "Secret" ? Buffer.from(value, "base64").toString() : value]);
  };
  const valueOf = (kind: "Secret" | "ConfigMap", at: Named | undefined): string | undefined =>
    dataOf(kind, at?.name).find(([key]) => key === at?.key)?.[1];
  const { containers = [] } = (get("Pod", pod)?.["spec"] ?? {}) as { readonly containers?: readonly Container[] };
  const own = containers.find(({ name }) => container === undefined || name === container);
  if (own === undefined) return undefined;
  const { env = [], envFrom = [] } = own;
  const pairs = [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...dataOf("ConfigMap", configMapRef?.name),
      ...dataOf("Secret", secretRef?.name),
    ]),
    ...env.flatMap(({ name, value, valueFrom }) => {
      const text =
        value ?? valueOf("Secret", valueFrom?.secretKeyRef) ?? valueOf("ConfigMap", valueFrom?.configMapKeyRef);
      return text === undefined ? [] : [[name, text] as const];
    }),
  ];
  return [["PATH", "/usr/local/bin:/usr/bin:/bin"], ["HOSTNAME", pod], ...pairs]
    .map((pair) => `${pair.join("=")}\0`)
    .join("");
}
