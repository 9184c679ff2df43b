import { unknown } from "../kernel/fact.ts";
import { isTemplated } from "../kernel/version.ts";
import type { Pin } from "../platform/pin.ts";
import type { Refusal } from "./write-text.ts";
import type { NewVersion } from "./write-version.ts";

/** A version and who says so, as the diff and the commit name it: `the lock file a/.terraform.lock.hcl:12`. */
export interface Candidate extends NewVersion {
  readonly because: string;
}

/** Where versions come from, besides lock files and other environments, which the pins themselves tell. */
export interface FixSources {
  /** What the user asked for, for every pin given. */
  readonly to?: NewVersion;
  /** The newest version that may be taken without a stop in between, from the releases known here. */
  readonly newestAllowed?: (pin: Pin) => Candidate | undefined;
  /** The digest of an image's version, where it is known. */
  readonly digestOf?: (pin: Pin, version: string) => string | undefined;
}

export interface FixEdit {
  readonly pin: Pin;
  /** As written; null where the version is missing. */
  readonly from: string | null;
  readonly to: NewVersion;
  readonly because: string;
}

export interface FixUnknown extends Refusal {
  readonly pin: Pin;
}

export interface FixPlan {
  readonly edits: readonly FixEdit[];
  /** Pins for which no version is known; nothing is written there. */
  readonly unknown: readonly FixUnknown[];
}

/**
 * The version each of `pins` shall have. Without `to` only pins that are not pinned are changed: to what the lock file or
 * an override makes of them today, else to the newest allowed release, else to what another environment has pinned. `all` are the
 * pins of the repository, to look for other environments in. A second plan after the first was written is empty.
 */
export function planFixes(pins: readonly Pin[], all: readonly Pin[], sources: FixSources): FixPlan {
  const edits: FixEdit[] = [];
  const without: FixUnknown[] = [];
  for (const pin of new Set(pins)) {
    if (sources.to === undefined && pin.state === "pinned") continue;
    const found = candidateFor(pin, all, sources);
    if ("kind" in found) without.push({ ...found, pin });
    else if (found.version !== pin.version || (found.digest ?? pin.digest) !== pin.digest) {
      const { because, ...to } = found;
      edits.push({ pin, from: pin.version, to, because });
    }
  }
  return { edits, unknown: without };
}

function candidateFor(pin: Pin, all: readonly Pin[], sources: FixSources): Candidate | Refusal {
  if (sources.to !== undefined) return withDigest({ ...sources.to, because: "as asked with --to" }, pin, sources);
  if (pin.state === "unknown") {
    return unknown(
      `what ${pin.name} runs at is an expression that no constant of this repository answers`,
      "say the version with --to",
    );
  }
  const found = effective(pin) ?? sources.newestAllowed?.(pin) ?? sibling(pin, all);
  if (found === undefined) {
    return unknown(
      `no version of ${pin.kind} ${pin.name} is known here: no lock file, no releases in the cache, no other environment that pins it`,
      "run `millwright outdated` with access to the releases first, or say the version with --to",
    );
  }
  return "kind" in found ? found : withDigest(found, pin, sources);
}

function withDigest(candidate: Candidate, pin: Pin, sources: FixSources): Candidate {
  if (pin.digest === null || candidate.digest !== undefined) return candidate;
  const digest = sources.digestOf?.(pin, candidate.version);
  return digest === undefined ? candidate : { ...candidate, digest };
}

/** What it comes to today: writing that down changes nothing that runs. */
function effective(pin: Pin): Candidate | undefined {
  if (pin.effective?.kind !== "known" || isTemplated(pin.version ?? "")) return undefined;
  return { version: pin.effective.value, because: `what it comes to by ${pin.effective.source}` };
}

/** The same thing pinned by other environments, when they agree. */
function sibling(pin: Pin, all: readonly Pin[]): Candidate | Refusal | undefined {
  if (pin.environment === undefined) return undefined;
  const others = all.filter(
    (other) =>
      other.kind === pin.kind &&
      other.name === pin.name &&
      other.state === "pinned" &&
      other.version !== null &&
      !isTemplated(other.version) &&
      other.environment !== undefined &&
      other.environment !== pin.environment,
  );
  const [first] = others;
  if (first === undefined || first.version === null) return undefined;
  if (others.some((other) => other.version !== first.version)) {
    const versions = others.map((other) => `${other.environment} ${other.version}`).join(", ");
    return unknown(`other environments disagree on ${pin.name}: ${versions}`, "say the version with --to");
  }
  const place = `${first.environment} (${first.file}:${first.line})`;
  return {
    version: first.version,
    ...(first.digest === null ? {} : { digest: first.digest }),
    because: `as in ${place}`,
  };
}
