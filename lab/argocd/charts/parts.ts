import { isMapping } from "../../kubernetes/patch.ts";

type Values = Readonly<Record<string, unknown>>;

/** The value at `a.b.c`; undefined when it is not set. */
export function at(values: Values, path: string): unknown {
  let here: unknown = values;
  for (const step of path.split(".")) here = isMapping(here) ? here[step] : undefined;
  return here ?? undefined;
}

export function textAt(values: Values, path: string, otherwise: string): string {
  const value = at(values, path);
  return value === undefined || value === "" ? otherwise : String(value as string);
}

export function countAt(values: Values, path: string, otherwise: number): number {
  const value = at(values, path);
  return value === undefined ? otherwise : Number(value);
}

export interface Made {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By which its pods are found; all labels when left out. */
  readonly selector?: Readonly<Record<string, string>>;
}

export interface Running extends Made {
  readonly image: string;
  readonly container: string;
  readonly replicas?: number;
  readonly port?: number;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly unknown[];
  readonly resources?: unknown;
  readonly probe?: { readonly path: string };
  readonly pullPolicy?: string;
  readonly volume?: {
    readonly name: string;
    readonly size: string;
    readonly storageClass?: string;
    readonly mountPath: string;
  };
}

function template({ labels, container, image, ...rest }: Running): unknown {
  const probe = rest.probe === undefined ? {} : { httpGet: { path: rest.probe.path, port: rest.port } };
  return {
    metadata: { labels },
    spec: {
      containers: [
        {
          name: container,
          image,
          imagePullPolicy: rest.pullPolicy ?? "IfNotPresent",
          ...(rest.command === undefined ? {} : { command: rest.command }),
          ...(rest.args === undefined ? {} : { args: rest.args }),
          ...(rest.env === undefined ? {} : { env: rest.env }),
          ...(rest.port === undefined ? {} : { ports: [{ name: "http", containerPort: rest.port, protocol: "TCP" }] }),
          ...(rest.probe === undefined ? {} : { livenessProbe: probe, readinessProbe: probe }),
          ...(rest.resources === undefined ? {} : { resources: rest.resources }),
          ...(rest.volume === undefined
            ? {}
            : { volumeMounts: [{ name: rest.volume.name, mountPath: rest.volume.mountPath }] }),
        },
      ],
    },
  };
}

export function deployment(made: Running): unknown {
  const { namespace, name, labels, selector = labels, replicas = 1 } = made;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: { replicas, selector: { matchLabels: selector }, template: template(made) },
  };
}

export function statefulSet(made: Running): unknown {
  const { namespace, name, labels, selector = labels, replicas = 1, volume } = made;
  const storage = volume && {
    metadata: { name: volume.name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(volume.storageClass === undefined ? {} : { storageClassName: volume.storageClass }),
      resources: { requests: { storage: volume.size } },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: selector },
      template: template(made),
      ...(storage === undefined ? {} : { volumeClaimTemplates: [storage] }),
    },
  };
}

export function job(made: Running, annotations?: Readonly<Record<string, string>>): unknown {
  const { namespace, name, labels } = made;
  const { metadata, spec } = template(made) as { readonly metadata: unknown; readonly spec: object };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: { backoffLimit: 6, template: { metadata, spec: { ...spec, restartPolicy: "OnFailure" } } },
  };
}

export function service({ namespace, name, labels, selector = labels }: Made, port: number): unknown {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels },
    spec: { type: "ClusterIP", ports: [{ name: "http", port, targetPort: port, protocol: "TCP" }], selector },
  };
}

export function configMap({ namespace, name, labels }: Made, data: Readonly<Record<string, string>>): unknown {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels }, data };
}

export function secretEnv(name: string, secret: string, key: string, optional = false): unknown {
  return { name, valueFrom: { secretKeyRef: { name: secret, key, ...(optional ? { optional } : {}) } } };
}

export interface IngressWanted {
  readonly className?: string;
  readonly annotations?: unknown;
  readonly tls?: unknown;
  readonly hosts: readonly {
    readonly host: string;
    readonly paths: readonly { readonly path: string; readonly pathType?: string }[];
  }[];
}

export function ingress(
  { namespace, name, labels }: Made,
  wanted: IngressWanted,
  backend: { readonly name: string; readonly port: number },
): unknown {
  const { className, annotations, tls, hosts } = wanted;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace, labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      ...(className === undefined || className === "" ? {} : { ingressClassName: className }),
      ...(tls === undefined ? {} : { tls }),
      rules: hosts.map(({ host, paths }) => ({
        host,
        http: {
          paths: paths.map(({ path, pathType = "Prefix" }) => ({
            path,
            pathType,
            backend: { service: { name: backend.name, port: { number: backend.port } } },
          })),
        },
      })),
    },
  };
}
