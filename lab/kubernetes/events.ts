import { createHash } from "node:crypto";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

/** An API server keeps events for an hour (kube-apiserver --event-ttl). */
const keptMs = 3_600_000;

/** Writes events as controllers do: the same thing told again counts up. */
export class Events {
  readonly #store: ObjectStore;
  readonly #component: string;

  constructor(store: ObjectStore, component: string) {
    this.#store = store;
    this.#component = component;
  }

  tell(about: Stored, type: "Normal" | "Warning", reason: string, message: string): void {
    const { namespace = "default", name, uid = "" } = about.metadata;
    const served = this.#store.typeOfObject({ apiVersion: "v1", kind: "Event" });
    const hash = createHash("sha256").update(`${uid} ${reason} ${message}`).digest("hex").slice(0, 16);
    const known = this.#store.get(served, namespace, `${name}.${hash}`);
    const lastTimestamp = this.#store.now();
    if (known !== undefined) {
      this.#store.update(served, known, { ...known, count: Number(known["count"]) + 1, lastTimestamp });
      return;
    }
    this.#store.create(served, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${hash}`, namespace },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace, name, uid },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: lastTimestamp,
      lastTimestamp,
      source: { component: this.#component },
      reportingComponent: this.#component,
    });
  }

  forgetOld(): void {
    const oldest = Date.parse(this.#store.now()) - keptMs;
    for (const event of this.#store.all("Event"))
      if (isOwn(event) && Date.parse(String(event["lastTimestamp"])) < oldest)
        this.#store.delete(this.#store.typeOfObject(event), event);
  }
}

/** Events that were seeded stay. */
function isOwn(event: Stored): boolean {
  return event["reportingComponent"] !== undefined;
}
