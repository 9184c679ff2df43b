import type { Fact } from "../kernel/fact.ts";
import type { Mapping, Node } from "../kernel/tree.ts";
import type { Location, SourceFile } from "./source.ts";

/** One source of an Argo CD Application. */
export interface ApplicationSource {
  readonly repoURL: string | undefined;
  readonly chart: string | undefined;
  readonly path: string | undefined;
  readonly targetRevision: string | undefined;
  /** The name other sources use for this one's files: `$values/…`. */
  readonly ref: string | undefined;
  readonly root: Mapping;
}

/** An Argo CD Application, or the template of an ApplicationSet. */
export interface Application {
  readonly kind: "Application" | "ApplicationSet";
  readonly name: string;
  readonly file: SourceFile;
  readonly environment: string | undefined;
  /** Where it deploys to. */
  readonly namespace: string | undefined;
  readonly project: string | undefined;
  readonly sources: readonly ApplicationSource[];
  /** The whole object, and its spec (an ApplicationSet's: `spec.template.spec`). */
  readonly root: Mapping;
  readonly spec: Mapping;
}

export interface Setting {
  readonly node: Node;
  /** The text of a scalar as written; undefined for a mapping or list. */
  readonly text: string | undefined;
  /** undefined: a default of the chart. */
  readonly at: Location | undefined;
  /** The file it is written in, to read a document that stands inside the text (`config: |-`); undefined as `at` is. */
  readonly file: SourceFile | undefined;
}

/** The Helm configuration that a component gets: values merged in Argo CD's order over the chart's defaults. */
export interface Configuration {
  /** The component: the Application's name, or the folder of a values file that no Application names. */
  readonly component: string;
  /** The id of the system that recognised it. */
  readonly system: string;
  readonly environment: string | undefined;
  readonly chart: string | undefined;
  readonly chartVersion: string | undefined;
  /** Where to point when nothing more precise is known: the Application, or the values file. */
  readonly at: Location;
  /**
   * The setting at a path. *known*: written in a layer or a default of a known chart version; *absent*: neither, and every
   * layer was read; *unknown*: a layer could not be read, it is a template, or the chart version is not known to us.
   */
  setting(...path: readonly string[]): Fact<Setting>;
  /** Like `setting`, without the chart's defaults: what the repository itself says. */
  written(...path: readonly string[]): Fact<Setting>;
}
