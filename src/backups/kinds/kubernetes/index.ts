import { counted } from "../../../kernel/count.ts";
import type { KubernetesStore } from "../../../platform/backup-stores.ts";
import type { StoreKind } from "../../store-kind.ts";
import { KubernetesBody } from "./body.ts";
import { restore } from "./elsewhere.ts";
import { prove } from "./prove.ts";
import { take } from "./take.ts";

/** Objects of a cluster that no chart and no repository makes again, and the values that Applications take from Git. */
export const kubernetes: StoreKind<KubernetesStore, KubernetesBody> = {
  id: "kubernetes",
  turn: "rest",
  body: KubernetesBody,
  take,
  prove,
  restore,
  summary: ({ objects, namespaces }) =>
    `${counted(objects.length, "object")} of ${counted(namespaces.length, "namespace")}`,
  facts: ({ server, namespaces, objects, values }) => [
    ["server", `Kubernetes ${server}`],
    ["namespaces", namespaces.join(", ")],
    ...[...Map.groupBy(objects, ({ kind }) => kind)].map(
      ([kind, all]) => ["objects", `${kind}: ${all.length}`] as const,
    ),
    ...values.map(
      ({ file, repository, revision, note }) => ["values", note ?? `${file} of ${repository} at ${revision}`] as const,
    ),
  ],
  doesNotCover: ["objects of types and namespaces that are not selected", "what lies on volumes"],
};
