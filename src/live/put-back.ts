import { readApplication, type SyncResource, sameResource } from "../engine/argocd/application.ts";
import { digestDrift } from "../engine/argocd/drift-digest.ts";
import { SystemError } from "../kernel/errors.ts";
import type { KubeReader } from "../kernel/kube.ts";
import type { LiveDrift, LiveFacts } from "./facts.ts";

/** What the procedure `put-back` is given to undo the drift of one Application. */
export interface PutBack {
  readonly application: { readonly namespace: string; readonly name: string };
  readonly resources: readonly SyncResource[];
  readonly digest: string;
  readonly changes: readonly {
    readonly resource: string;
    readonly field: string;
    readonly git: string;
    readonly live: string;
    readonly since?: string;
    readonly author?: string;
  }[];
  /** Resources whose content the digest does not hold. */
  readonly blind: readonly string[];
}

const mostResources = 100;
const mostChanges = 200;

/**
 * One for each Application with resources that were changed by hand, bound to the drift as it is now. None where the account
 * may not read what it would be bound to. What is held down stays as it is: a sync would bring it up again.
 */
export async function putBacksOf(reader: KubeReader, facts: LiveFacts): Promise<readonly PutBack[]> {
  const known = facts.drifts.kind === "known" ? facts.drifts.value : [];
  const byHand = known.filter(({ hand, held }) => hand && held === undefined);
  const drifts = known.filter(({ resource }) => byHand.some((one) => sameResource(one.resource, resource)));
  const all: PutBack[] = [];
  for (const own of Map.groupBy(drifts, ({ application }) => application?.name ?? "").values()) {
    const application = own[0]?.application ?? null;
    if (application === null) continue;
    try {
      const found = await putBackOf(reader, application, own);
      if (found !== undefined) all.push(found);
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
    }
  }
  return all;
}

async function putBackOf(
  reader: KubeReader,
  { namespace, name }: PutBack["application"],
  drifts: readonly LiveDrift[],
): Promise<PutBack | undefined> {
  const object = await reader.get({ apiVersion: "argoproj.io/v1alpha1", plural: "applications", namespace, name });
  const application = object.kind === "known" ? readApplication(object.value) : undefined;
  const resources = drifts
    .map(({ resource }) => resource)
    .filter((one, index, all) => all.findIndex((other) => sameResource(one, other)) === index)
    .slice(0, mostResources);
  if (application === undefined || resources.length === 0) return undefined;
  const { digest, blind } = await digestDrift(reader, application, resources);
  const changes = drifts.slice(0, mostChanges).map(changeOf);
  return { application: { namespace, name }, resources, digest, changes, blind };
}

function changeOf({ resource, field, git, live, since, author }: LiveDrift): PutBack["changes"][number] {
  const { kind, namespace, name } = resource;
  return {
    resource: `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`,
    field: field === "" ? "(the whole)" : field,
    git,
    live,
    ...(since === null ? {} : { since }),
    ...(author === null ? {} : { author }),
  };
}
