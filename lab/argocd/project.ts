import type { LabCluster } from "../kubernetes/index.ts";
import type { Stored } from "../kubernetes/types.ts";
import { type Application, sourcesOf } from "./application.ts";
import { maySync, windowsOf } from "./windows.ts";

interface ProjectSpec {
  readonly sourceRepos?: readonly string[];
  readonly destinations?: readonly { readonly server?: string; readonly name?: string; readonly namespace?: string }[];
}

const own = "https://kubernetes.default.svc";

function projectOf(cluster: LabCluster, application: Application): Stored | undefined {
  return cluster.store.all("AppProject").find(({ metadata }) => metadata.name === application.spec.project);
}

/** What of an Application its project does not allow, in Argo CD's words (util/argo/argo.go, ValidatePermissions). */
export function refusalsOf(cluster: LabCluster, application: Application): readonly string[] {
  const { spec } = application;
  const project = projectOf(cluster, application);
  if (project === undefined) return [`Application referencing project ${spec.project} which does not exist`];
  const { sourceRepos = [] } = (project["spec"] ?? {}) as ProjectSpec;
  const sources = sourcesOf(spec)
    .filter(({ repoURL }) => !sourceRepos.some((one) => like(one, repoURL)))
    .map(({ repoURL }) => `application repo ${repoURL} is not permitted in project '${spec.project}'`);
  return [...sources, ...destinationRefusals(application, (project["spec"] ?? {}) as ProjectSpec)];
}

/** The lab's Argo CD knows the cluster that it runs in, by its name or its address. */
function destinationRefusals({ spec }: Application, { destinations = [] }: ProjectSpec): readonly string[] {
  const { name = "in-cluster", namespace = "" } = spec.destination;
  const { server = name === "in-cluster" ? own : name } = spec.destination;
  if (server !== own) return [`unable to find destination server: there are no clusters with this name: ${server}`];
  const isAllowed = destinations.some(
    (one) => (like(one.server ?? "", server) || like(one.name ?? "", name)) && like(one.namespace ?? "", namespace),
  );
  if (isAllowed) return [];
  return [
    `application destination server '${server}' and namespace '${namespace}' do not match any of the allowed destinations in project '${spec.project}'`,
  ];
}

function like(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return pattern !== "" && new RegExp(`^${parts.join(".*")}$`).test(text);
}

export function windowAllows(cluster: LabCluster, application: Application, isManual: boolean, now: string): boolean {
  const { name, spec } = application;
  const { namespace = "", server = "", name: destination = "" } = spec.destination;
  // A window that cannot be read lets nothing through, as in the real one.
  const windows = attempt(() => windowsOf(projectOf(cluster, application)));
  if (windows === undefined) return false;
  const clusters = [server, destination, "in-cluster"].filter((one) => one !== "");
  return maySync(windows, { name, namespace, clusters }, isManual, now);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
