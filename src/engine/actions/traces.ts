import type { KubeReader, KubeType } from "../../kernel/kube.ts";
import type { Trace } from "../reconcile.ts";
import { foundOf, markOf } from "./kube-outcome.ts";
import { type AlertmanagerPort, listSilences } from "./silence.ts";

const marked: readonly KubeType[] = [
  ...["deployments", "statefulsets", "daemonsets"].map((plural) => ({ apiVersion: "apps/v1", plural })),
  { apiVersion: "argoproj.io/v1alpha1", plural: "applications" },
];

/** Every mark that workloads and Argo CD's Applications of a cluster bear. A right that is missing throws: not seen is not the same as not there. */
export async function kubeTraces(kube: KubeReader): Promise<readonly Trace[]> {
  const lists = await Promise.all(
    marked.map(async (type) => ({
      plural: type.plural,
      list: foundOf(await kube.list(type, { metadataOnly: true })),
    })),
  );
  return lists.flatMap(({ plural, list }) =>
    (list?.items ?? []).flatMap((object) => {
      const mark = markOf(object);
      const { namespace, name } = object.metadata;
      return mark === undefined ? [] : [{ mark, where: `${plural} ${namespace}/${name}` }];
    }),
  );
}

/** Every mark that silences bear, ended ones too, as long as Alertmanager keeps them. */
export async function silenceTraces(port: AlertmanagerPort): Promise<readonly Trace[]> {
  return (await listSilences(port)).flatMap(({ id, comment }) => {
    const [, mark] = /\[([0-9a-f]{16}\/[a-z0-9-]+)\]$/.exec(comment) ?? [];
    return mark === undefined ? [] : [{ mark, where: `silence ${id}` }];
  });
}
