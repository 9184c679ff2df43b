import type { Fact } from "./fact.ts";

/** What of an object's metadata we use (Kubernetes API conventions, "Metadata"); times are as the server wrote them. */
export interface KubeMetadata {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  /** Set while finalizers still hold a deleted object back. */
  readonly deletionTimestamp?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly ownerReferences?: readonly KubeOwner[] | undefined;
  readonly managedFields?: readonly KubeManagedFields[] | undefined;
}

export interface KubeOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean | undefined;
}

/** Who wrote which fields last. `fieldsV1` is the set of fields as Kubernetes writes it: `{"f:spec": {"f:replicas": {}}}`. */
export interface KubeManagedFields {
  readonly manager?: string | undefined;
  readonly operation?: string | undefined;
  readonly time?: string | undefined;
  readonly subresource?: string | undefined;
  readonly fieldsV1?: unknown;
}

/** An object as the API server gives it: metadata typed, the rest loose; whoever uses a field parses it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMetadata;
  readonly [field: string]: unknown;
}

/** A resource type: `{ apiVersion: "apps/v1", plural: "deployments" }`. */
export interface KubeType {
  readonly apiVersion: string;
  readonly plural: string;
}

/** One object; `namespace` is left out for what belongs to the cluster. */
export interface KubeName extends KubeType {
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface KubeSelection {
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  /** As in `kubectl -l`. */
  readonly labels?: string | undefined;
  /** As in `kubectl --field-selector`. */
  readonly fields?: string | undefined;
  /** Only names, labels, annotations and times (PartialObjectMetadata): what a Secret holds never leaves the server. */
  readonly metadataOnly?: boolean | undefined;
}

export interface KubeList {
  readonly items: readonly KubeObject[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/** `listed` replaces all that was known: the first event, and again when the server no longer has what was missed. */
export type KubeEvent =
  | { readonly kind: "listed"; readonly items: readonly KubeObject[]; readonly resourceVersion: string }
  | { readonly kind: "added" | "modified" | "deleted"; readonly object: KubeObject }
  | { readonly kind: "bookmark"; readonly resourceVersion: string };

export interface KubeLogOptions {
  readonly container?: string | undefined;
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  /** Of the container before its last restart. */
  readonly previous?: boolean | undefined;
  /** A longer log is cut at its beginning by the server; 1 MB when left out. */
  readonly limitBytes?: number | undefined;
}

/** A resource type that the server serves. */
export interface KubeServedType extends KubeType {
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface KubeDiscovery {
  /** `v1.31.4+k3s1`. */
  readonly version: string;
  /** Every version of every group, the group's preferred version first. */
  readonly types: readonly KubeServedType[];
  /** Groups that the server lists and could not describe: their own server does not answer. */
  readonly silent: readonly string[];
}

/** A right as RBAC names it; the core group is `""`, `*` is any. */
export interface KubeRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** The whole cluster when left out. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * Reads a cluster. 404 is *absent* (for a list: the type is not served), 401 and 403 are *unknown* with the right that is
 * missing. No answer, a timeout, 429 and 5xx throw `SystemError` with remedy `retry`; a certificate that is not trusted,
 * `stop`. What cannot be known never looks like an empty list.
 */
export interface KubeReader {
  /** The server as a person would name it: its address, without credentials. */
  readonly label: string;
  get(name: KubeName): Promise<Fact<KubeObject>>;
  /** All pages. */
  list(type: KubeType, selection?: KubeSelection): Promise<Fact<KubeList>>;
  /**
   * The same page by page, so that no list is held whole; what is not known is the last of them. An object comes twice where the server
   * forgot meanwhile where we were.
   */
  pages(type: KubeType, selection?: KubeSelection): AsyncIterable<Fact<KubeList>>;
  /**
   * Lists, then follows. Reconnects by itself until `signal` fires (the iteration then ends); throws when the right is
   * missing or the type is not served.
   */
  watch(type: KubeType, selection: KubeSelection, signal: AbortSignal): AsyncIterable<KubeEvent>;
  logs(pod: { readonly namespace: string; readonly name: string }, options?: KubeLogOptions): Promise<Fact<string>>;
  discovery(): Promise<KubeDiscovery>;
  /** Asks the server by SelfSubjectAccessReview, which is kept nowhere. */
  can(right: KubeRight): Promise<boolean>;
}

/** What became of a write. `conflict`: someone else wrote first, or a precondition did not hold; nothing was changed. */
export type KubeWritten =
  | { readonly kind: "written"; readonly object: KubeObject }
  | { readonly kind: "absent"; readonly why: string }
  | { readonly kind: "conflict"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string; readonly howToLearn: string };

export interface KubeWriteOptions {
  /** Who writes, as `managedFields` shows it. */
  readonly fieldManager: string;
  /** The server judges and answers, and keeps nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface KubeExecOptions {
  readonly container?: string | undefined;
  /** The program and its arguments; never a shell's line. */
  readonly command: readonly string[];
  readonly stdin?: string | undefined;
  /** The whole run; 60 s when left out. */
  readonly timeoutMs?: number | undefined;
}

export interface KubeExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Changes a cluster; only procedures hold one. `SystemError` means that what became of the write is not known: look before
 * writing again.
 */
export interface KubeWriter extends KubeReader, KubeExec {
  create(type: KubeType, object: KubeObject, options: KubeWriteOptions): Promise<KubeWritten>;
  /** RFC 7386; with `resourceVersion` it lands only on that very state. */
  mergePatch(
    name: KubeName,
    patch: Readonly<Record<string, unknown>>,
    options: KubeWriteOptions & { readonly resourceVersion?: string | undefined },
  ): Promise<KubeWritten>;
  /** Server-side apply; a field of another manager is a `conflict` unless forced. */
  apply(
    type: KubeType,
    object: KubeObject,
    options: KubeWriteOptions & { readonly force?: boolean | undefined },
  ): Promise<KubeWritten>;
  /** `object` is the state as it was, or with its deletionTimestamp while finalizers hold it. */
  delete(
    name: KubeName,
    options?: {
      readonly uid?: string | undefined;
      readonly resourceVersion?: string | undefined;
      readonly dryRun?: boolean | undefined;
      /** `Background`: what it owns goes too, also where the type's own default leaves it. */
      readonly propagation?: "Background" | undefined;
    },
  ): Promise<KubeWritten>;
  /** Through the `scale` subresource; `resourceVersion` as for `mergePatch`. */
  scale(
    name: KubeName,
    replicas: number,
    options: KubeWriteOptions & { readonly resourceVersion?: string | undefined },
  ): Promise<KubeWritten>;
  /** Runs a program in a container. A program that ends badly is a result, not an error. */
  exec(
    pod: { readonly namespace: string; readonly name: string },
    options: KubeExecOptions,
  ): Promise<Fact<KubeExecResult>>;
}

export interface KubeStreamOptions {
  readonly container?: string | undefined;
  /** The program and its arguments. They stand in the API server's audit log and the pod's list of processes: never a secret. */
  readonly command: readonly string[];
  /**
   * What the program reads, fetched as fast as it reads. A source that breaks cuts the connection, and a program whose
   * connection is cut sees the end of its input like any other: let it keep nothing before a mark that only the whole has.
   */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /**
   * The program ends without seeing the end of its input (after one line, at `\q`). Kubernetes before 1.30 speaks a protocol that
   * cannot close an input: only such a program can be given one there.
   */
  readonly endsByItself?: boolean | undefined;
  /** Cuts the connection; `ended` and `output` then throw its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface KubeStreamEnded {
  readonly exitCode: number;
  /** At most the first and the last 32 kB. */
  readonly stderr: string;
}

/** A program that runs in a container. */
export interface KubeStream {
  /**
   * What it prints; must be read to the end, or the program waits. Throws `SystemError` when the connection is cut before the
   * program's status came: half is never shown as the whole.
   */
  readonly output: AsyncIterable<Uint8Array>;
  readonly ended: Promise<KubeStreamEnded>;
  /** Cuts the connection. The program ends when it next prints or reads, not before: Kubernetes does not kill it. */
  stop(): void;
}

/** Runs programs in containers, whatever the size of what they print or read; some megabytes of it are held at most. */
export interface KubeExec {
  execStream(
    pod: { readonly namespace: string; readonly name: string },
    options: KubeStreamOptions,
  ): Promise<Fact<KubeStream>>;
}
