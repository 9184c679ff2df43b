import type { Mapping, Node, Scalar } from "../kernel/tree.ts";

/** A place in a file, from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Location {
  /** What is wrong and what to do about it. */
  readonly reason: string;
  /** The rule that broke, where it is that and not the file. */
  readonly rule?: string;
}

export interface SourceDocument {
  readonly root: Node | undefined;
  /** From 0 in its file. */
  readonly index: number;
}

/** One text file of a repository, read once and parsed when first asked. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The YAML or JSON documents; none for another kind of file. */
  readonly documents: readonly SourceDocument[];
  /** Whether the text holds template expressions. */
  readonly templated: boolean;
  /** The documents inside a string of this file; their offsets are this file's. */
  embedded(scalar: Scalar): readonly SourceDocument[];
  /** The place of an offset, or of a node's start. */
  locate(place: number | Node): Location;
}

/** A Kubernetes object as a repository declares it; the items of a `kind: List` are objects of their own. */
export interface Manifest {
  readonly file: SourceFile;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for an object without one (`generateName`, a patch). */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly environment: string | undefined;
  readonly root: Mapping;
}

/** A file that runs: a shell script, a Makefile, a CI job. */
export interface Script {
  readonly file: SourceFile;
  readonly kind: "shell" | "make" | "ci" | "dockerfile";
  readonly environment: string | undefined;
}

/** Text that looks like a secret in clear. The secret itself is never kept: only where it is and what it looks like. */
export interface Credential {
  readonly at: Location;
  /** The key, variable or object that holds it: `auth.password`, `Secret shop/db POSTGRES_PASSWORD`; empty when it stands alone. */
  readonly name: string;
  /** `AWS access key`, `private key`, … */
  readonly what: string;
  /** Enough to recognise it by, never enough to use: `AKIA…(20 characters)`. */
  readonly hint: string;
  /** By a known shape, or only because the text is random and its key sounds secret. */
  readonly certainty: "shape" | "entropy";
  /** Whether it is a mere word or so simple that somebody made it up to show something: `minio123`. */
  readonly simple?: true;
  /** Tells two of a kind apart: a digest, only of what an issuer made at random, so that nobody can guess it back. */
  readonly mark?: string;
  readonly environment: string | undefined;
  /** The commit of the past that had it; undefined for what stands there now. */
  readonly commit?: string;
}
