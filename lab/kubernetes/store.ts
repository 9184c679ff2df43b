import { randomUUID } from "node:crypto";
import { apiVersionOf, builtin, type ServedType, type Stored, typesOfDefinition } from "./types.ts";

export interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly served: ServedType;
  readonly object: Stored;
}

/** What a refusal is about, as a Status tells it. */
export interface Details {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

/** Refuses as the API server does. */
export class Refused extends Error {
  readonly status: number;
  readonly reason: string;
  /** Those of the request's own target when left out. */
  readonly details: Details | undefined;

  constructor(status: number, reason: string, message: string, details?: Details) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
  }
}

interface Kept {
  readonly served: ServedType;
  readonly object: Stored;
}

/** Objects that are made when they are asked for. */
export interface Computed {
  readonly types: readonly ServedType[];
  objects(store: ObjectStore, served: ServedType): readonly Stored[];
}

/** Changes that a watch can go on from; older ones answer 410. */
const keptHistory = 5000;

/**
 * The objects of one cluster. Every change takes the next resourceVersion and stays in the history, from which watches are
 * fed; `forget` cuts the history off as a compaction does.
 */
export class ObjectStore {
  #version = 100;
  readonly #objects = new Map<string, Kept>();
  /** The same by kind: controllers look through one kind many times a second. */
  readonly #byKind = new Map<string, Map<string, Kept>>();
  readonly #watchers = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #oldest = 100;
  #types: readonly ServedType[] | undefined;
  readonly #now: () => string;
  readonly #computed: Computed | undefined;

  /** `computed` serves objects that lie nowhere, as an aggregated API does. */
  constructor(now: () => string, computed?: Computed) {
    this.#now = now;
    this.#computed = computed;
  }

  get version(): string {
    return String(this.#version);
  }

  now(): string {
    return this.#now();
  }

  types(): readonly ServedType[] {
    this.#types ??= [
      ...builtin,
      ...(this.#computed?.types ?? []),
      ...this.all("CustomResourceDefinition").flatMap((definition) => typesOfDefinition(definition)),
    ];
    return this.#types;
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
    if (this.#computed?.types.includes(served) === true)
      return this.list(served, namespace).find(({ metadata }) => metadata.name === name);
    return this.#objects.get(keyOf(served, namespace, name))?.object;
  }

  /** In the order of namespace and name. */
  list(served: ServedType, namespace?: string): readonly Stored[] {
    const computed = this.#computed?.types.includes(served) === true ? this.#computed.objects(this, served) : undefined;
    const kept =
      computed ??
      this.#ofKind(served.kind)
        .filter((one) => sameType(one.served, served))
        .map((one) => one.object);
    return kept
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  }

  all(kind: string): readonly Stored[] {
    return this.#ofKind(kind).map(({ object }) => object);
  }

  #ofKind(kind: string): readonly Kept[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])];
  }

  everything(): readonly Stored[] {
    return [...this.#objects.values()].map(({ object }) => object);
  }

  create(served: ServedType, draft: Stored): Stored {
    const { metadata } = draft;
    const name = metadata.name ?? `${metadata.generateName ?? ""}${randomUUID().slice(0, 5)}`;
    const key = keyOf(served, metadata.namespace, name);
    if (this.#objects.has(key))
      throw new Refused(409, "AlreadyExists", `${nameOf(served, name)} already exists`, detailsOf(served, name));
    const object: Stored = {
      ...draft,
      metadata: {
        creationTimestamp: this.#now(),
        ...(hasGeneration(served) ? { generation: 1 } : {}),
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
    const generation = hasGeneration(served)
      ? { generation: (before.metadata.generation ?? 1) + (changed ? 1 : 0) }
      : {};
    const metadata = { ...after.metadata, ...generation };
    const object = { ...after, metadata };
    if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0)
      return this.#drop(served, object);
    if (equal(before, object)) return before;
    return this.#keep(served, object, "MODIFIED");
  }

  delete(served: ServedType, object: Stored, orphan = false): Stored {
    if ((object.metadata.finalizers ?? []).length > 0) {
      const deletionTimestamp = object.metadata.deletionTimestamp ?? this.#now();
      const metadata = { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 };
      return this.#keep(served, { ...object, metadata }, "MODIFIED");
    }
    return this.#drop(served, object, orphan);
  }

  /** Puts the objects of an earlier life there; no watcher is told, and what was before is no longer known. */
  restore(version: number, objects: readonly Stored[]): void {
    const definitionsFirst = objects.toSorted((a, b) => Number(isDefinition(b)) - Number(isDefinition(a)));
    for (const object of definitionsFirst) this.#put(this.typeOfObject(object), object);
    this.#version = Math.max(this.#version, version);
    this.forget();
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

  /** What an object owns goes with it; a namespace's objects go with the namespace. */
  #dropDependants({ kind, metadata: { uid, name } }: Stored): void {
    for (const { served, object } of this.#objects.values()) {
      const isOwned = object.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true;
      const isWithin = kind === "Namespace" && object.metadata.namespace === name;
      if (isOwned || isWithin) this.delete(served, object);
    }
  }

  #keep(served: ServedType, draft: Stored, type: Change["type"]): Stored {
    this.#version += 1;
    const object = { ...draft, metadata: { ...draft.metadata, resourceVersion: String(this.#version) } };
    this.#put(served, object);
    this.#tell({ version: this.#version, type, served, object });
    return object;
  }

  #put(served: ServedType, object: Stored): void {
    if (isDefinition(object)) this.#types = undefined;
    const key = keyOf(served, object.metadata.namespace, object.metadata.name);
    const kinds = this.#byKind.get(object.kind) ?? new Map<string, Kept>();
    this.#byKind.set(object.kind, kinds);
    kinds.set(key, { served, object });
    this.#objects.set(key, { served, object });
  }

  #drop(served: ServedType, draft: Stored, orphan = false): Stored {
    this.#version += 1;
    const object = { ...draft, metadata: { ...draft.metadata, resourceVersion: String(this.#version) } };
    const key = keyOf(served, object.metadata.namespace, object.metadata.name);
    this.#objects.delete(key);
    this.#byKind.get(object.kind)?.delete(key);
    if (isDefinition(object)) this.#types = undefined;
    this.#tell({ version: this.#version, type: "DELETED", served, object });
    if (!orphan) this.#dropDependants(object);
    return object;
  }

  #tell(change: Change): void {
    this.#history.push(change);
    if (this.#history.length > 2 * keptHistory) {
      this.#history = this.#history.slice(-keptHistory);
      this.#oldest = (this.#history[0]?.version ?? this.#version) - 1;
    }
    for (const watcher of this.#watchers) watcher(change);
  }
}

/** As refusals name a thing: `deployments.apps "gitlab"`. */
export function nameOf(served: ServedType, name: string): string {
  return `${served.plural}${served.group === "" ? "" : `.${served.group}`} "${name}"`;
}

/** What a Status tells of a thing. */
export function detailsOf({ group, plural }: ServedType, name: string | undefined): Details {
  return { ...(name === undefined ? {} : { name }), ...(group === "" ? {} : { group }), kind: plural };
}

const withoutGeneration = new Set([
  "",
  "rbac.authorization.k8s.io",
  "coordination.k8s.io",
  "storage.k8s.io",
  "autoscaling",
]);

/** Types that count the changes of their spec. */
function hasGeneration({ group, plural }: ServedType): boolean {
  return !withoutGeneration.has(group) || plural === "replicationcontrollers";
}

function keyOf(served: ServedType, namespace: string | undefined, name: string): string {
  return `${served.group}/${served.plural}/${namespace ?? ""}/${name}`;
}

function sameType(a: ServedType, b: ServedType): boolean {
  return a.group === b.group && a.plural === b.plural;
}

function isDefinition({ kind }: Stored): boolean {
  return kind === "CustomResourceDefinition";
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
