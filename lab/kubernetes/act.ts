import type { Asked, Target } from "./request.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";
import { writeObject } from "./write.ts";

/** One object by what it is called. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** A write from within the lab's process; it lands as one that came over the network, with the same checks and refusals. */
export interface Act {
  readonly manager: string;
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly of: ObjectName;
  readonly subresource?: string;
  readonly body?: unknown;
  /** Of a PATCH; a strategic merge when left out. */
  readonly contentType?: string;
  readonly at?: string;
}

/** Throws `Refused`. It is in no ledger and asks no rights. */
export function actOn(store: ObjectStore, act: Act): Stored {
  const served = store.typeOfObject(act.of);
  const target: Target = {
    served,
    namespace: served.namespaced ? act.of.namespace : undefined,
    name: act.method === "POST" ? undefined : act.of.name,
    subresource: act.subresource,
  };
  const asked: Asked = {
    method: act.method,
    path: "",
    query: new URLSearchParams({ fieldManager: act.manager, force: "true" }),
    accept: "",
    contentType: act.contentType ?? "application/strategic-merge-patch+json",
    userAgent: act.manager,
    user: { name: act.manager, groups: ["system:masters"] },
    body: act.body === undefined ? "" : JSON.stringify(act.body),
    ...(act.at === undefined ? {} : { time: act.at }),
  };
  return writeObject(store, target, asked).object;
}
