import type { Node, Scalar, Step } from "../kernel/tree.ts";
import { formatPath } from "../kernel/tree.ts";
import type { PinState } from "../kernel/version.ts";
import type { Pin, PinKind } from "../platform/pin.ts";
import type { SourceDocument, SourceFile } from "../platform/source.ts";

/** What a reader says of one pin; its position and id are worked out from `place`. */
export interface PinDraft {
  readonly kind: PinKind;
  readonly name: string;
  /** As written; undefined when missing. */
  readonly version: string | undefined;
  readonly digest?: string | undefined;
  readonly source?: string | undefined;
  readonly state: PinState;
  /** `[start, end)` in UTF-16 units of the file: the version text, or the parent when it is missing. */
  readonly place: readonly [number, number];
  /** Key path, `pathIn` writes it. */
  readonly path: string;
  /** What the version comes to, when one file is enough to know (a variable of the same file). */
  readonly effective?: Pin["effective"];
}

/**
 * What one file says that matters to pins of other files: joined after all files were read. Plain JSON, because readings
 * are kept in the cache.
 */
export type Note =
  /** A kustomization's `images:` entry: it overrides the version of `image` in the manifests below. */
  | {
      readonly kind: "image-override";
      readonly folder: string;
      readonly image: string;
      readonly newName?: string;
      readonly pin: number;
      readonly resources: readonly string[];
    }
  /** A kustomization, or a Flux Kustomization's path: what it includes, as paths of this repository. */
  | { readonly kind: "kustomization"; readonly folder: string; readonly resources: readonly string[] }
  /**
   * A kustomization sets the version of what it includes: `revision` of the source with that number (0 for the only one) of the
   * Application called `name`, of all when it names none.
   */
  | {
      readonly kind: "revision-patch";
      readonly folder: string;
      readonly name?: string;
      readonly source: number;
      readonly revision: string;
    }
  /** A place that charts or manifests come from, by the name objects use: Flux's `HelmRepository/flux-system/bitnami`. */
  | { readonly kind: "source"; readonly name: string; readonly url: string }
  /** A pin whose `source` is a named one. */
  | { readonly kind: "source-use"; readonly name: string; readonly pin: number }
  /** A `Chart.yaml`. */
  | {
      readonly kind: "chart";
      readonly folder: string;
      readonly name: string;
      readonly version: string;
      readonly appVersion?: string;
    }
  /** An Application, HelmRelease or helm_release: a component comes of it. `pins` index this file's pins. */
  | {
      readonly kind: "deployment";
      readonly name: string;
      readonly namespace?: string;
      readonly chart?: string;
      readonly chartVersion?: string;
      readonly repository?: string;
      readonly repositoryPath?: string;
      /** Its number among the sources of an Application; left out for the first. */
      readonly source?: number;
      /** Files of this repository that hold its values, relative to the root. */
      readonly valueFiles: readonly string[];
      readonly pins: readonly number[];
      /** Sections of the values (`server.image`) whose tag a Helm parameter sets, with its pin. */
      readonly parameters?: Readonly<Record<string, number>>;
    }
  /** A Deployment, StatefulSet, … that runs images by itself. */
  | { readonly kind: "workload"; readonly name: string; readonly namespace?: string; readonly pins: readonly number[] }
  /** `name` is written as an expression of names that other files of the folder may define. */
  | { readonly kind: "reference"; readonly folder: string; readonly expression: string; readonly pin: number }
  /** A name defined as a constant: a Terraform variable's default, a local. */
  | {
      readonly kind: "constant";
      readonly folder: string;
      readonly name: string;
      readonly value: string;
      readonly place: Place;
      readonly path: string;
    };

/** A stretch of a file, in the units of a pin. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly range: readonly [number, number];
}

/** Where readers put what they find. */
export interface Output {
  /** Returns the pin's index in this file, for notes. */
  pin(draft: PinDraft): number;
  note(note: Note): void;
  /** For notes that carry a place. */
  locate(place: readonly [number, number]): Place;
  /** Something in the file could not be read; the rest of it still is. */
  problem(offset: number, reason: string): void;
}

/** Reads one kind of file. Adding one is a file here and a line in `readers/index.ts`. */
export interface Reader {
  readonly id: string;
  /**
   * Whether to look at this file, from its path and text alone: `documents` would parse it. Wrongly yes costs time, wrongly
   * no loses pins.
   */
  accepts(path: string, text: string): boolean;
  read(file: SourceFile, out: Output): void;
}

/** The key path of a value; documents after the first carry their number: `#2.spec.source.targetRevision`. */
export function pathIn(document: SourceDocument, steps: readonly Step[]): string {
  const path = formatPath(steps);
  return document.index === 0 ? path : `#${document.index + 1}.${path}`;
}

/** The place of a node's text. */
export function placeOf(node: Node | Scalar): readonly [number, number] {
  return [node.start, node.end];
}
