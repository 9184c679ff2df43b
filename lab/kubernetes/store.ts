import { randomUUID } from "node:crypto";
import { apiVersionOf, builtin, type ServedType, type Stored, typesOfDefinition } from "./types.ts";

export interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly served: ServedType;
  readonly object: Stored;
}

/** Refuses as the API server does. */
export class Refused extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/**
 * The objects of one cluster. Every change takes the next resourceVersion and stays in the history, from which watches are
 * fed; `forget` cuts the history off as a compaction does.
 */
export class ObjectStore {
  #version = 100;
  readonly #objects = new Map<string, { readonly served: ServedType; readonly object: Stored }>();
  readonly #watchers = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #oldest = 100;
  readonly #now: () => string;

  constructor(now: () => string) {
    this.#now = now;
  }

  get version(): string {
    return String(this.#version);
  }

  now(): string {
    return this.#now();
  }

  types(): readonly ServedType[] {
    return [...builtin, ...this.all("CustomResourceDefinition").flatMap((definition) => typesOfDefinition(definition))];
  }

  typeOf(group: string, version: string, plural: string): ServedType | undefined {
    return this.types().find((one) => one.group === group && one.version === version && one.plural === plural);
  }

  /** The type of an object by its apiVersion and kind. */
  typeOfObject({ apiVersion, kind }: Pick<Stored, "apiVersion" | "kind">): ServedType {
    const served = this.types().find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
    if (served === undefined)
      throw new Error(`${apiVersion} ${kind} is not served: seed its CustomResourceDefinition first`);
    return served;
  }

  get(served: ServedType, namespace: string | undefined, name: string): Stored | undefined {
    return this.#objects.get(keyOf(served, namespace, name))?.object;
  }

  /** In the order of namespace and name. */
  list(served: ServedType, namespace?: string): readonly Stored[] {
    return [...this.#objects.values()]
      .filter(
        (one) =>
          one.served.group === served.group &&
          one.served.plural === served.plural &&
          (namespace === undefined || one.object.metadata.namespace === namespace),
      )
      .map(({ object }) => object)
      .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  }

  all(kind: string): readonly Stored[] {
    return [...this.#objects.values()].filter(({ object }) => object.kind === kind).map(({ object }) => object);
  }

  everything(): readonly Stored[] {
    return [...this.#objects.values()].map(({ object }) => object);
  }

  create(served: ServedType, draft: Stored): Stored {
    const { metadata } = draft;
    const name = metadata.name ?? `${metadata.generateName ?? ""}${randomUUID().slice(0, 5)}`;
    const key = keyOf(served, metadata.namespace, name);
    if (this.#objects.has(key)) throw new Refused(409, "AlreadyExists", `${nameOf(served, name)} already exists`);
    const object: Stored = {
      ...draft,
      metadata: {
        creationTimestamp: this.#now(),
        generation: 1,
        ...metadata,
        name,
        uid: metadata.uid ?? randomUUID(),
      },
    };
    return this.#keep(served, object, "ADDED");
  }

  /** Keeps a new state; the generation counts changes of the spec. An object without finalizers that was deleted goes now. */
  update(served: ServedType, before: Stored, after: Stored): Stored {
    const changed = JSON.stringify(before["spec"]) !== JSON.stringify(after["spec"]);
    const metadata = { ...after.metadata, generation: (before.metadata.generation ?? 1) + (changed ? 1 : 0) };
    const object = { ...after, metadata };
    if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0)
      return this.#drop(served, object);
    if (equal(before, object)) return before;
    return this.#keep(served, object, "MODIFIED");
  }

  delete(served: ServedType, object: Stored, orphan = false): Stored {
    if ((object.metadata.finalizers ?? []).length > 0) {
      const metadata = { ...object.metadata, deletionTimestamp: object.metadata.deletionTimestamp ?? this.#now() };
      return this.#keep(served, { ...object, metadata }, "MODIFIED");
    }
    const gone = this.#drop(served, object);
    if (!orphan) this.#dropDependants(object.metadata.uid);
    return gone;
  }

  watch(onChange: (change: Change) => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }

  /** What happened after a resourceVersion; undefined when that is no longer known (410). */
  since(version: number): readonly Change[] | undefined {
    return version < this.#oldest ? undefined : this.#history.filter((change) => change.version > version);
  }

  /** Compacts: what was before now is no longer known. */
  forget(): void {
    this.#history = [];
    this.#version += 1;
    this.#oldest = this.#version;
  }

  #dropDependants(uid: string | undefined): void {
    for (const { served, object } of this.#objects.values())
      if (object.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true) this.delete(served, object);
  }

  #keep(served: ServedType, draft: Stored, type: Change["type"]): Stored {
    this.#version += 1;
    const object = { ...draft, metadata: { ...draft.metadata, resourceVersion: String(this.#version) } };
    this.#objects.set(keyOf(served, object.metadata.namespace, object.metadata.name), { served, object });
    this.#tell({ version: this.#version, type, served, object });
    return object;
  }

  #drop(served: ServedType, draft: Stored): Stored {
    this.#version += 1;
    const object = { ...draft, metadata: { ...draft.metadata, resourceVersion: String(this.#version) } };
    this.#objects.delete(keyOf(served, object.metadata.namespace, object.metadata.name));
    this.#tell({ version: this.#version, type: "DELETED", served, object });
    return object;
  }

  #tell(change: Change): void {
    this.#history.push(change);
    for (const watcher of this.#watchers) watcher(change);
  }
}

/** As refusals name a thing: `deployments.apps "gitlab"`. */
export function nameOf(served: ServedType, name: string): string {
  return `${served.plural}${served.group === "" ? "" : `.${served.group}`} "${name}"`;
}

function keyOf(served: ServedType, namespace: string | undefined, name: string): string {
  return `${served.group}/${served.plural}/${namespace ?? ""}/${name}`;
}

function orderOf({ metadata }: Stored): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function equal(a: Stored, b: Stored): boolean {
  const plain = ({ metadata, ...rest }: Stored): string => {
    const { resourceVersion: _, managedFields: __, ...meta } = metadata;
    return JSON.stringify([meta, rest]);
  };
  return plain(a) === plain(b);
}
