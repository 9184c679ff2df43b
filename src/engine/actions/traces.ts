import type { KubeReader } from "../../kernel/kube.ts";
import type { Trace } from "../reconcile.ts";
import { foundOf, markOf } from "./kube-outcome.ts";
import { type AlertmanagerPort, listSilences } from "./silence.ts";

/** Every mark that workloads of a cluster bear. A right that is missing throws: not seen is not the same as not there. */
export async function kubeTraces(kube: KubeReader): Promise<readonly Trace[]> {
  const lists = await Promise.all(
    ["deployments", "statefulsets", "daemonsets"].map(async (plural) => ({
      plural,
      list: foundOf(await kube.list({ apiVersion: "apps/v1", plural }, { metadataOnly: true })),
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
