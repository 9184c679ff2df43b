import type { Scalar } from "../../kernel/tree.ts";
import { stateOfGit } from "../../kernel/version.ts";
import type { PinDraft } from "../reader.ts";

/** What is read from a remote place: which repository, and where in the text its version stands. */
interface Remote {
  readonly name: string;
  readonly version: string | undefined;
  /** Where `version` begins in the text. */
  readonly start: number;
}

/**
 * The pin of a remote resource; undefined for a path in this repository. Forms as Kustomize takes them
 * (https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md), and files of a GitHub release or branch.
 */
export function remotePin(scalar: Scalar, path: string): PinDraft | undefined {
  const { text } = scalar;
  const remote = fileOf(text) ?? repositoryOf(text) ?? addressOf(text);
  if (remote === undefined) return undefined;
  const { name, version, start } = remote;
  const isExact = scalar.end - scalar.start === text.length && version !== undefined;
  return {
    kind: "git",
    name,
    version,
    source: name,
    state: version === "latest" ? "moving" : stateOfGit(version),
    place: isExact ? [scalar.start + start, scalar.start + start + version.length] : [scalar.start, scalar.end],
    path,
  };
}

const release = /^(https?:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+)\/releases\/download\/([^/]+)\//;
const newest = /^(https?:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+)\/releases\/(latest)\/download\//;
const raw = /^https?:\/\/raw\.githubusercontent\.com\/([\w.-]+\/[\w.-]+)\/(refs\/(?:heads|tags)\/[^/]+|[^/]+)\//;
const rawOfForge = /^(https?:\/\/[\w.-]+\/[\w./-]+?)(?:\/-)?\/(?:raw|blob)\/(?:branch\/|tag\/)?([^/]+)\//;

/** A single file, with the version in its address. */
function fileOf(text: string): Remote | undefined {
  const named = release.exec(text) ?? newest.exec(text) ?? rawOfForge.exec(text);
  if (named !== null) return located(text, named[1] ?? "", named[2] ?? "", (named[1] ?? "").length);
  const [, repository, revision] = raw.exec(text) ?? [];
  if (repository === undefined || revision === undefined) return undefined;
  return located(text, `https://github.com/${repository}`, revision, text.indexOf(repository) + repository.length);
}

function located(text: string, name: string, version: string, from: number): Remote {
  return { name, version, start: text.indexOf(`/${version}`, from) + 1 };
}

const scheme = /^(?:git::|git\+)?(?:https?|ssh|git):\/\/|^git::|^[\w.-]+@[\w.-]+:/;
const knownHost = /^(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)[/:]/;

/** A repository, with a folder behind `//` and a revision in `?ref=`. */
function repositoryOf(text: string): Remote | undefined {
  const isRemote = scheme.test(text) || knownHost.test(text);
  const question = text.indexOf("?");
  const address = question < 0 ? text : text.slice(0, question);
  if (!isRemote || /\.(?:ya?ml|json)$/i.test(address)) return undefined;
  const name = nameOf(address);
  const found = question < 0 ? null : /[?&](?:ref|version)=([^&]*)/.exec(text.slice(question));
  const version = found?.[1];
  if (found === null || version === undefined || version === "") return { name, version: undefined, start: 0 };
  return { name, version, start: question + found.index + found[0].length - version.length };
}

/** The repository without the folder in it. */
function nameOf(address: string): string {
  const plain = address.replace(/^git::|^git\+/, "");
  const afterScheme = plain.indexOf("://") < 0 ? 0 : plain.indexOf("://") + 3;
  const double = plain.indexOf("//", afterScheme);
  if (double >= 0) return plain.slice(0, double);
  const suffix = /\.git(?=\/|$)/.exec(plain);
  if (suffix !== null) return plain.slice(0, suffix.index + suffix[0].length);
  const short = /^(?:[a-z]+:\/\/)?(?:[^/@]+@)?(?:github\.com|bitbucket\.org|codeberg\.org)[/:][^/]+\/[^/]+/.exec(plain);
  return short?.[0] ?? plain.replace(/\/+$/, "");
}

/** Any other file behind an address: a part of its path that is a whole release is its version. */
function addressOf(text: string): Remote | undefined {
  if (!/^https?:\/\//.test(text)) return undefined;
  const [address = text] = text.split("?");
  const version = address.split("/").find((part) => /^v?\d+\.\d+(?:\.\d+)?(?:[-.+][\w.+-]+)?$/.test(part));
  if (version === undefined) return { name: address, version: undefined, start: 0 };
  const start = address.indexOf(`/${version}`) + 1;
  return { name: address.slice(0, start - 1), version, start };
}
