import type { KubeRight } from "../kernel/kube.ts";
import { lookedAt } from "./types.ts";

export type CapabilityId = "observer" | "backup-runner" | "backup-reader" | "changer" | "restorer";

/** A right and what is not possible without it. */
export interface Need {
  readonly right: KubeRight;
  readonly for: string;
  /** Without it less is seen or done, and nothing breaks. */
  readonly optional: boolean;
}

/** What an account does for Millwright, what that takes, and what it must not be able to do besides. */
export interface Capability {
  readonly id: CapabilityId;
  readonly title: string;
  /** The file that grants it. */
  readonly file: string;
  needs(namespace: string): readonly Need[];
  /** Rights that would make the split between the capabilities worthless. */
  forbidden(namespace: string): readonly KubeRight[];
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";

function needs(
  why: string,
  namespace: string | undefined,
  rights: Readonly<Record<string, readonly string[]>>,
): readonly Need[] {
  return Object.entries(rights).flatMap(([name, verbs]) => {
    const [path = "", group = ""] = name.split("@");
    const [resource = "", subresource] = path.split("/");
    return verbs.map((verb) => ({
      right: { verb, group, resource, subresource, namespace },
      for: why,
      optional: false,
    }));
  });
}

/** Reads all that `assess` and the control plane look at. Secrets are not among it, not even their names. */
const observer: Capability = {
  id: "observer",
  title: "Observer: sees the platform, holds no secret, writes nothing",
  file: "deploy/rbac/observer.yaml",
  needs: () => [
    ...lookedAt
      .filter(({ plural }) => plural !== "secrets")
      .flatMap(({ apiVersion, plural }) =>
        ["get", "list", "watch"].map((verb) => ({
          right: { verb, group: groupOf(apiVersion), resource: plural },
          for: "assess, observations, drift",
          optional: false,
        })),
      ),
    ...needs("error signatures in logs, redacted", undefined, { "pods/log": ["get"] }),
  ],
  forbidden: () => [
    ...["get", "list", "watch"].map((verb) => ({ verb, group: "", resource: "secrets" })),
    { verb: "create", group: "", resource: "pods", subresource: "exec" },
    ...["create", "patch", "update", "delete"].flatMap((verb) => [
      { verb, group: "apps", resource: "deployments" },
      { verb, group: "", resource: "pods" },
      { verb, group: "", resource: "configmaps" },
    ]),
  ],
};

/**
 * Backs up what lies in pods, by programs run in them, and moves data as a Job in the namespace where one is declared; the control
 * plane sees what it says of that, never the dump. What comes back in place is the restorer's.
 */
const backupRunner: Capability = {
  id: "backup-runner",
  title: "Backup runner: backs up from the pods of one namespace, and works there as a Job where one is declared",
  file: "deploy/rbac/backup-runner.yaml",
  needs: (namespace) => [
    ...needs("start and end the Jobs that move data", namespace, {
      "jobs@batch": ["create", "get", "list", "watch", "delete"],
    }),
    ...needs("find the pods of the stores, and follow the Jobs", namespace, {
      pods: ["get", "list", "watch"],
      "pods/log": ["get"],
    }),
    // A WebSocket begins as a GET: before Kubernetes 1.35 that asks for `get`, since then for `create` too (KEP-4006).
    ...needs("run the pods' own backup programs", namespace, { "pods/exec": ["create", "get"] }),
    ...needs("read the files of an application that the fence holds down, by a pod with its volumes", namespace, {
      pods: ["create", "delete"],
      "deployments@apps": ["list"],
    }),
    ...needs("know which workload uses a database", namespace, { services: ["get", "list"], configmaps: ["get"] }),
    ...needs("know what there is to save", namespace, {
      persistentvolumeclaims: ["get", "list"],
      "statefulsets@apps": ["get", "list"],
      "cronjobs@batch": ["get", "list"],
    }),
    ...needs("one backup at a time", namespace, { "leases@coordination.k8s.io": ["create", "get", "update", "patch"] }),
  ],
  forbidden: (namespace) => [
    ...["get", "list"].map((verb) => ({ verb, group: "", resource: "secrets", namespace })),
    { verb: "patch", group: "apps", resource: "deployments", namespace },
    { verb: "create", group: "batch", resource: "jobs" },
    { verb: "create", group: "", resource: "pods" },
  ],
};

/** Reads the objects that are backed up, Secrets among them: apart from the runner, so that it is granted only where that is wanted. */
const backupReader: Capability = {
  id: "backup-reader",
  title: "Backup reader: reads Secrets, ConfigMaps, Applications and certificates of one namespace to back them up",
  file: "deploy/rbac/backup-reader.yaml",
  needs: (namespace) =>
    needs("back up what no chart makes again", namespace, {
      secrets: ["get", "list"],
      configmaps: ["get", "list"],
      "appprojects@argoproj.io": ["get", "list"],
      "applications@argoproj.io": ["get", "list"],
      "applicationsets@argoproj.io": ["get", "list"],
      "sealedsecrets@bitnami.com": ["get", "list"],
      "certificates@cert-manager.io": ["get", "list"],
    }),
  forbidden: () => [
    ...["get", "list"].map((verb) => ({ verb, group: "", resource: "secrets" })),
    ...["create", "patch", "update", "delete"].map((verb) => ({ verb, group: "", resource: "secrets" })),
  ],
};

/** Changes go through Git; this is the little that procedures do in the cluster itself. */
const changer: Capability = {
  id: "changer",
  title: "Changer: restarts, scales and syncs in one namespace; everything else goes through Git",
  file: "deploy/rbac/changer.yaml",
  needs: (namespace) => [
    ...needs("restart a component, fence writers out", namespace, {
      "deployments@apps": ["get", "list", "watch", "patch"],
      "statefulsets@apps": ["get", "list", "watch", "patch"],
      "deployments/scale@apps": ["get", "patch"],
      "statefulsets/scale@apps": ["get", "patch"],
    }),
    ...needs("pause scheduled jobs", namespace, { "cronjobs@batch": ["get", "list", "patch"] }),
    ...needs("see that the new pods are well", namespace, { pods: ["get", "list", "watch"], events: ["get", "list"] }),
    ...needs("sync and pause an Application", namespace, {
      "applications@argoproj.io": ["get", "list", "watch", "patch"],
      "appprojects@argoproj.io": ["get"],
    }),
    ...needs("see that what is put back is still what was agreed to", namespace, {
      configmaps: ["get"],
      services: ["get"],
      "ingresses@networking.k8s.io": ["get"],
    }),
    ...needs("one change at a time", namespace, {
      "leases@coordination.k8s.io": ["create", "get", "update", "patch"],
    }),
  ],
  forbidden: (namespace) => [
    ...["get", "list"].map((verb) => ({ verb, group: "", resource: "secrets", namespace })),
    { verb: "create", group: "", resource: "pods", subresource: "exec", namespace },
    { verb: "delete", group: "", resource: "persistentvolumeclaims", namespace },
    { verb: "patch", group: "apps", resource: "deployments" },
  ],
};

/** Brings stores back where they are: more than any change needs, and no account that changes day by day has it. */
const restorer: Capability = {
  id: "restorer",
  title: "Restorer: brings databases, files and Kubernetes objects of one namespace back in place",
  file: "deploy/rbac/restorer.yaml",
  needs: (namespace) => [
    ...needs("run the pods' own programs that restore", namespace, { pods: ["list"], "pods/exec": ["create", "get"] }),
    ...needs("reach the files of an application that is down, by a pod with its volumes", namespace, {
      pods: ["create", "watch", "delete"],
      "deployments@apps": ["list"],
      "statefulsets@apps": ["list"],
    }),
    // Server-side apply of what is not there asks for `create` beside `patch` (apiserver endpoints/handlers/patch.go).
    ...needs("give Kubernetes objects back what they were", namespace, {
      namespaces: ["get"],
      secrets: ["get", "create", "patch"],
      configmaps: ["get", "create", "patch"],
      "appprojects@argoproj.io": ["get", "create", "patch"],
      "applications@argoproj.io": ["get", "create", "patch"],
      "applicationsets@argoproj.io": ["get", "create", "patch"],
      "sealedsecrets@bitnami.com": ["get", "create", "patch"],
      "certificates@cert-manager.io": ["get", "create", "patch"],
    }),
    ...needs("see that nothing writes, and start GitLab's toolbox anew with its restored key", namespace, {
      "deployments@apps": ["patch"],
    }),
  ],
  forbidden: (namespace) => [
    ...["list", "delete"].map((verb) => ({ verb, group: "", resource: "secrets", namespace })),
    ...["get", "patch"].map((verb) => ({ verb, group: "", resource: "secrets" })),
    { verb: "create", group: "", resource: "pods", subresource: "exec" },
    { verb: "create", group: "batch", resource: "jobs", namespace },
    { verb: "delete", group: "", resource: "persistentvolumeclaims", namespace },
  ],
};

export const capabilities: readonly Capability[] = [observer, backupRunner, backupReader, changer, restorer];
