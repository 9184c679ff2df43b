import type { Instant } from "../kernel/instant.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { Application, Configuration } from "../platform/configuration.ts";
import type { Component, Pin } from "../platform/pin.ts";
import type { Credential, Location, Manifest, Script, SourceFile } from "../platform/source.ts";

import type { KeptStore } from "./kept-store.ts";
import type { Probe } from "./probe.ts";
import type { SystemStore } from "./system-store.ts";

export type { Application, ApplicationSource, Configuration, Setting } from "../platform/configuration.ts";
export type { Component, Pin } from "../platform/pin.ts";
export type { Credential, Location, Manifest, Script, SourceFile } from "../platform/source.ts";
export type { Holder, KeptStore } from "./kept-store.ts";
export { type KeyMetric, keyMetrics, type MetricSource } from "./key-metrics.ts";
export type { Port, Probe, ProbePorts, Reading } from "./probe.ts";
export { defineProbe } from "./probe.ts";
export type { StoreReference, SystemStore } from "./system-store.ts";

export type Severity = "critical" | "high" | "medium" | "low";

/** A version that a change moves. */
export interface Move {
  readonly kind: Pin["kind"];
  readonly name: string;
  readonly system: string | null;
  readonly component: string | null;
  readonly environment: string | undefined;
  readonly from: string;
  readonly to: string;
  /** Where the new version is written. */
  readonly at: Location;
  readonly verdict: MoveVerdict;
}

/** Whether a move may be made in one step. */
export type MoveVerdict =
  | { readonly kind: "legal" }
  | { readonly kind: "illegal"; readonly why: string; readonly insteadDo: string }
  | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string };

/** Something one commit changes, told apart by what can go wrong with it. */
export interface Touch {
  readonly kind: "upgrade" | "secret" | "storage";
  /** `gitlab`, `secret/sharinghub/sharinghub-oidc`. */
  readonly what: string;
  readonly at: Location;
}

/** What lies between two states of a repository. */
export interface Change {
  readonly base: string;
  readonly moves: readonly Move[];
  /** Each commit with what it touches; one entry for the whole where there is no history. */
  readonly commits: readonly { readonly id: string; readonly title: string; readonly touches: readonly Touch[] }[];
}

/** A store that a server backs up on a schedule, as its own configuration declares it. */
export interface ServedStore {
  readonly environment: string;
  readonly component: string;
  /** Of a store that is backed up: `postgresql`, `gitlab`. */
  readonly kind: string;
}

/** What a rule can ask for. A rule sees the facts it declares and nothing else, so it runs on a repository and a cluster alike. */
export interface RuleFacts {
  readonly pins: readonly Pin[];
  readonly components: readonly Component[];
  /** Every Kubernetes object and custom resource. */
  readonly manifests: readonly Manifest[];
  readonly applications: readonly Application[];
  /** One per component deployed by Helm. */
  readonly configurations: readonly Configuration[];
  readonly scripts: readonly Script[];
  /** Every text file that was read, for rules that need the words around a place. */
  readonly files: readonly SourceFile[];
  readonly credentials: readonly Credential[];
  /** `millwright.yaml`, or its defaults. */
  readonly platform: PlatformConfig;
  /** What the server that audits backs up; empty where none does. */
  readonly served: readonly ServedStore[];
  /** The moment of the audit: end-of-life dates are judged by it. */
  readonly now: Instant;
  /** Only when a change is audited: a rule that needs it does not run otherwise. */
  readonly change: Change;
}
export type FactName = keyof RuleFacts;

/** What a rule says about one subject. Nothing said about a subject means the rule holds for it. */
export type Verdict =
  | {
      readonly kind: "finding";
      /** The logical thing, never a line: `application/gitlab`, `image/nginx`, `secret/default/db`. */
      readonly subject: string;
      /** Tells apart several findings of one rule on one subject; never a version, a line or a message. */
      readonly key?: string;
      readonly environment?: string | undefined;
      readonly at: Location;
      /** What is wrong here, with the value found. */
      readonly message: string;
      /** What to do here: the change or the command. */
      readonly fix: string;
      /** When this case is worse or milder than the rule in general. */
      readonly severity?: Severity;
    }
  | {
      readonly kind: "unknown";
      readonly subject: string;
      readonly environment?: string | undefined;
      readonly at?: Location;
      readonly why: string;
      /** What would tell: the command, right or question. */
      readonly howToLearn: string;
    };

/** Something that is wrong. Its id is the fingerprint in every format, and what a suppression names. */
export interface Finding {
  /** Hash of rule, environment, subject and the rule's key; never of a line, a version or a message. */
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly group: RuleGroup;
  readonly severity: Severity;
  readonly subject: string;
  readonly environment: string | undefined;
  /** Everywhere it shows; the first is where to begin. */
  readonly places: readonly [Location, ...Location[]];
  readonly message: string;
  readonly fix: string;
}

/** A question a rule could not answer here. It is neither a finding nor a clean bill. */
export interface OpenQuestion {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly subject: string;
  readonly environment: string | undefined;
  readonly at: Location | undefined;
  readonly why: string;
  readonly howToLearn: string;
}

/** A tiny repository: path → text. */
export interface Example {
  readonly name: string;
  /** For rules about a change: what the repository was before. */
  readonly before?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

export type RuleGroup =
  | "pinning"
  | "end-of-life"
  | "kubernetes"
  | "gitlab"
  | "mlflow"
  | "sharinghub"
  | "argocd"
  | "postgresql"
  | "secrets"
  | "terraform"
  | "scripts"
  | "ownership"
  | "backups"
  | "health"
  | "drift"
  | "certificates"
  | "change";

export interface RuleDefinition<Needs extends FactName> {
  /** kebab-case, `<group>-<what is wrong>`: `gitlab-upgrade-check-off`. Public: suppressions name it. */
  readonly id: string;
  readonly title: string;
  readonly group: RuleGroup;
  readonly severity: Severity;
  /** One short paragraph: what happens to a platform that does this. */
  readonly why: string;
  /** Where that is known from: repository + path + revision, URL, as in `facts/`. */
  readonly sources: readonly string[];
  /** How to mend it in general. */
  readonly fix: string;
  readonly needs: readonly Needs[];
  check(facts: Pick<RuleFacts, Needs>): Iterable<Verdict>;
  /** They are the rule's tests and stand on its page. `unknown`: the rule says unknown and finds nothing. */
  readonly examples: {
    readonly failing: readonly [Example, ...Example[]];
    readonly passing: readonly [Example, ...Example[]];
    readonly unknown?: readonly Example[];
  };
}

/** A rule with its needs forgotten, as lists hold it. */
export type Rule = Omit<RuleDefinition<FactName>, "check"> & { check(facts: RuleFacts): Iterable<Verdict> };

/** Writes a rule: the compiler sees that `check` uses only the facts it declares. */
export function defineRule<const Needs extends FactName>(definition: RuleDefinition<Needs>): Rule {
  return definition;
}

/** How a system is told from its traces. All texts in lower case; one match is enough. */
export interface Recognition {
  /** Chart names. */
  readonly charts?: readonly string[];
  /** Image names without registry and tag: `gitlab/gitlab-ce`. A trailing `/` matches everything below. */
  readonly images?: readonly string[];
  /** Ends of Git repository paths that hold its chart: `csgroup-oss/sharinghub`. */
  readonly repositories?: readonly string[];
  /** Key paths of which all exist in its values file, each like `global.appConfig`: recognises values no chart names. */
  readonly values?: readonly (readonly string[])[];
  /** Terraform provider, Kubernetes API groups … */
  readonly apiGroups?: readonly string[];
}

/** What is shipped about one chart version, so that the effective configuration is known offline. */
export interface ChartFacts {
  readonly chart: string;
  readonly version: string;
  readonly appVersion: string | undefined;
  /** Defaults of the keys our rules ask for, by dotted path; a key that is not here is unknown, `null` means the chart has none. */
  readonly defaults: Readonly<Record<string, string | number | boolean | null>>;
  readonly source: string;
}

/** A kind of software we maintain. An absent facet means that it is not supported, and the generated page says so. */
export interface System {
  readonly id: string;
  readonly title: string;
  readonly recognition: Recognition;
  /** The app version a chart version installs; undefined when we do not know that chart version. */
  readonly appVersionOf?: (chart: string, chartVersion: string) => string | undefined;
  readonly chartFacts?: (chart: string, chartVersion: string) => ChartFacts | undefined;
  readonly rules?: readonly Rule[];
  /** What is asked of it while it runs. */
  readonly probes?: readonly Probe[];
  /** Databases it keeps, as they are known again in a backup. */
  readonly stores?: readonly SystemStore[];
  /** All that is lost with it, databases and others: each has to be backed up or declared disposable. */
  readonly keeps?: readonly KeptStore[];
}
