import type { Fact } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";
import { parseVersion } from "../kernel/version.ts";

/** One release as its upstream lists it. */
export interface Release {
  /** As the upstream writes it, `v` and flavour included: what a pin would say. */
  readonly version: string;
  readonly at?: Instant;
  /** A chart's: the version of the software it installs. */
  readonly appVersion?: string;
  /** Content the version stood for when asked: `sha256:…` of an archive, or the commit of a tag. */
  readonly digest?: string;
  /** Withdrawn by its maker; still there for those who name it exactly. */
  readonly yanked?: boolean;
  readonly deprecated?: boolean;
  readonly prerelease: boolean;
}

/** Who is asked for releases. Two pins with equal upstreams are answered by one question. */
export type Upstream =
  | { readonly kind: "helm"; readonly url: string; readonly chart: string }
  | {
      readonly kind: "registry";
      /** `https://registry-1.docker.io`. */
      readonly base: string;
      /** `library/postgres`. */
      readonly repository: string;
      readonly holds: "image" | "chart";
    }
  | { readonly kind: "git"; readonly url: string }
  | { readonly kind: "gitlab"; readonly api: string; readonly project: string }
  | { readonly kind: "github"; readonly api: string; readonly repository: string }
  | { readonly kind: "python"; readonly index: string; readonly project: string }
  | { readonly kind: "terraform-provider"; readonly base: string; readonly address: string }
  | { readonly kind: "terraform-module"; readonly base: string; readonly address: string };

/** The releases an upstream lists, in no order. *absent*: it says that there is no such thing. */
export type Releases = Fact<readonly Release[]>;

const prereleaseWords =
  /(?:^|[-_.])(?:snapshot|nightly|canary|preview|unstable|experimental|milestone|test|m\d+|ea)(?:[-_.\d]|$)/i;

/** Whether a version says of itself that it comes before a release; a bare flavour (`-alpine`) does not. */
export function isPrerelease(version: string): boolean {
  const parsed = parseVersion(version);
  return (parsed !== undefined && parsed.phase < 0) || prereleaseWords.test(version);
}

/** One name for equal upstreams. A repository with and without `.git` is the same one, whichever is asked. */
export function upstreamKey(upstream: Upstream): string {
  if (upstream.kind === "git") return `git ${upstream.url.replace(/\/+$/, "").replace(/\.git$/, "")}`;
  return JSON.stringify(Object.entries(upstream).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
