import { type Unknown, unknown } from "../kernel/fact.ts";
import { redactUrls } from "../kernel/url.ts";
import { isTemplated } from "../kernel/version.ts";
import type { Pin } from "../platform/pin.ts";
import type { Upstream } from "./releases.ts";
import { isLoopback } from "./sources/ask.ts";

/** Where releases are looked up beyond what the files say. */
export interface UpstreamConfig {
  /** Forges asked by their API, which knows dates, instead of by Git: host → kind and API root. */
  readonly forges?: Readonly<Record<string, { readonly kind: "gitlab" | "github"; readonly api: string }>>;
  /** A Python index: `https://pypi.org/simple`. */
  readonly pythonIndex?: string;
  /** Registries that speak http; this machine's own always may. */
  readonly plainHttpRegistries?: readonly string[];
  /** Tools (`terraform`) → the Git repository whose tags are their releases, beside those we know. */
  readonly toolRepositories?: Readonly<Record<string, string>>;
}

type PinOrigin = Pick<Pin, "kind" | "name" | "source" | "version">;

/** Repositories of the tools our readers find; each is the maker's own. */
const toolRepositories: Readonly<Record<string, string>> = {
  terraform: "https://github.com/hashicorp/terraform",
  opentofu: "https://github.com/opentofu/opentofu",
  terragrunt: "https://github.com/gruntwork-io/terragrunt",
  helm: "https://github.com/helm/helm",
  kubectl: "https://github.com/kubernetes/kubernetes",
  kustomize: "https://github.com/kubernetes-sigs/kustomize",
  kubernetes: "https://github.com/kubernetes/kubernetes",
  argocd: "https://github.com/argoproj/argo-cd",
};

/** Who is to be asked for the releases of a pin. */
export function upstreamOf(pin: PinOrigin, config: UpstreamConfig): Upstream | Unknown {
  const origin = pin.source ?? pin.name;
  const templated = isTemplated(pin.name) || isTemplated(origin);
  return templated
    ? unknown("where it comes from is written by a template", "render the template, or write the source")
    : ofKind(pin, origin, config);
}

function ofKind(pin: PinOrigin, origin: string, config: UpstreamConfig): Upstream | Unknown {
  switch (pin.kind) {
    case "chart":
      return ofChart(pin, config);
    case "image":
      return ofImage(pin.name, "image", config);
    case "git":
      return ofRepository(origin, config);
    case "action":
      return ofAction(pin.name, config);
    case "module":
      return ofModule(origin, config);
    case "provider":
      return ofProvider(origin);
    case "tool":
      return ofTool(pin, config);
    case "package":
      return ofPackage(pin, config);
  }
}

function ofChart({ name, source }: PinOrigin, config: UpstreamConfig): Upstream | Unknown {
  if (source === null || source === "") {
    return unknown(`the file does not say which repository the chart ${name} is from`, "write the chart's repository");
  }
  if (/^https?:\/\//i.test(source)) return { kind: "helm", url: source.replace(/\/+$/, ""), chart: name };
  if (/^(?:file:|\.|\/)/.test(source))
    return unknown(`${name} comes from this repository itself`, "git log on its folder");
  if (/^[@a-z]+:?[^./]*$/i.test(source.replace(/^oci:\/\//, ""))) {
    return unknown(
      `${source} names a repository by an alias of the machine that deploys`,
      "write the repository's address",
    );
  }
  const path = source.replace(/^oci:\/\//i, "").replace(/\/+$/, "");
  return ofImage(path.endsWith(`/${name}`) ? path : `${path}/${name}`, "chart", config);
}

function ofImage(name: string, holds: "image" | "chart", config: UpstreamConfig): Upstream | Unknown {
  const { host, repository } = completeImage(name);
  const parts = repository.split("/").every((part) => /^[a-z0-9][a-z0-9._-]*$/.test(part));
  const isHost = /^(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(?::\d+)?$/.test(host) && URL.canParse(`https://${host}`);
  if (!parts || !isHost || repository.length > 255) {
    return unknown(`${redactUrls(name)} is no name that a registry knows`, "correct the name: lower case, HOST/PATH");
  }
  return { kind: "registry", base: `${scheme(host, config)}://${host}`, repository, holds };
}

const hubNames: readonly string[] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/** An image name as Docker completes it: without a host it is Docker Hub's, without a folder `library`'s. */
function completeImage(name: string): { readonly host: string; readonly repository: string } {
  const first = /^([^/]*[.:][^/]*|localhost)\//.exec(name)?.[1];
  const path = first === undefined ? name : name.slice(first.length + 1);
  if (first !== undefined && !hubNames.includes(first)) return { host: first.toLowerCase(), repository: path };
  return { host: "registry-1.docker.io", repository: path.includes("/") ? path : `library/${path}` };
}

function scheme(host: string, config: UpstreamConfig): "http" | "https" {
  const plain = isLoopback(new URL(`https://${host}`).hostname) || config.plainHttpRegistries?.includes(host) === true;
  return plain ? "http" : "https";
}

/** `https://`, `ssh://`, `git@host:path`, `host/path` as Terraform and Go write it; `git::` in front and `//folder`, `?ref=` behind. */
function ofRepository(written: string, config: UpstreamConfig): Upstream | Unknown {
  const url = cleanRepository(written);
  if (url === undefined)
    return unknown(`${redactUrls(written)} is no address of a Git repository`, "write its whole address");
  const { host, path } = url;
  const forge = config.forges !== undefined && Object.hasOwn(config.forges, host) ? config.forges[host] : undefined;
  if (forge?.kind === "gitlab") return { kind: "gitlab", api: forge.api, project: path };
  if (forge?.kind === "github") return { kind: "github", api: forge.api, repository: path };
  return { kind: "git", url: url.address };
}

interface Repository {
  readonly address: string;
  readonly host: string;
  /** Without `.git`. */
  readonly path: string;
}

function cleanRepository(written: string): Repository | undefined {
  const bare = written.replace(/^git::/, "").replace(/\?.*$/, "");
  const scp = /^(?:[\w.-]+@)?([\w.-]+\.[a-z]+):(?!\/)([\w./~-]+)$/i.exec(bare);
  if (scp !== null) return { address: bare, host: scp[1] ?? "", path: pathOf(scp[2] ?? "") };
  const address = /^[\w.-]+\.[a-z]{2,}\//i.test(bare) ? `https://${bare}` : bare;
  if (!/^(?:https?|ssh|git|file):\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const whole = address.replace(/^([a-z]+:\/\/[^/]*\/.*?)\/\/.*$/i, "$1");
  const { host, pathname } = new URL(whole);
  return { address: whole, host, path: pathOf(pathname) };
}

function pathOf(path: string): string {
  return path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
}

/** `owner/repository[/folder]` on github.com; `docker://image` is an image. */
function ofAction(name: string, config: UpstreamConfig): Upstream | Unknown {
  if (name.startsWith("docker://")) return ofImage(name.slice("docker://".length), "image", config);
  const found = /^([\w.-]+)\/([\w.-]+)(?:\/|$)/.exec(name);
  if (name.startsWith(".") || found === null)
    return unknown(`${name} comes from this repository itself`, "git log on its folder");
  return ofRepository(`https://github.com/${found[1]}/${found[2]}`, config);
}

/** A registry's `[host/]namespace/name/system[//folder]`, or a Git address. */
function ofModule(written: string, config: UpstreamConfig): Upstream | Unknown {
  if (/^\.{0,2}\//.test(written)) return unknown(`${written} is a folder of this repository`, "git log on its folder");
  const source = written.replace(/^tfr:\/\/\//, "").replace(/\/\/.*$/, "");
  const found = /^(?:([\w.-]+\.[\w-]+(?::\d+)?|localhost:\d+)\/)?([\w-]+\/[\w-]+\/[\w-]+)$/.exec(source);
  const host = found?.[1] ?? "registry.terraform.io";
  if (found === null || /^(?:github\.com|bitbucket\.org|gitlab\.com)$/.test(host)) return ofRepository(written, config);
  return { kind: "terraform-module", base: `${scheme(host, config)}://${host}`, address: found[2] ?? "" };
}

/** `[host/]namespace/type`; a bare type is HashiCorp's (developer.hashicorp.com, "Provider requirements"). */
function ofProvider(written: string): Upstream | Unknown {
  const found = /^(?:([\w.-]+\.[\w-]+(?::\d+)?|localhost:\d+)\/)?(?:([\w-]+)\/)?([\w-]+)$/.exec(written);
  if (found === null)
    return unknown(`${redactUrls(written)} is no provider address`, "write NAMESPACE/TYPE as its source");
  const [, host = "registry.terraform.io", namespace = "hashicorp", type = ""] = found;
  return { kind: "terraform-provider", base: `${scheme(host, {})}://${host}`, address: `${namespace}/${type}` };
}

function ofTool({ name, source }: PinOrigin, config: UpstreamConfig): Upstream | Unknown {
  if (source !== null && /^https?:\/\//i.test(source)) return ofRepository(source, config);
  const repositories = { ...toolRepositories, ...config.toolRepositories };
  const own = [name, name.toLowerCase().replace(/[-_ ]/g, "")].find((key) => Object.hasOwn(repositories, key));
  const url = own === undefined ? undefined : repositories[own];
  if (url !== undefined) return ofRepository(url, config);
  return unknown(`we do not know where ${name} is released`, "name its Git repository under toolRepositories");
}

/** A Python package unless its version or source says otherwise: `8.5.0-2`, `1:2.3`, `3.19-r0` are distributions'. */
function ofPackage({ name, source, version }: PinOrigin, config: UpstreamConfig): Upstream | Unknown {
  if (source !== null && source !== "pypi")
    return unknown(`releases of ${name} are listed nowhere we ask`, `open ${redactUrls(source)}`);
  if (version !== null && !/^\s*[~<>=!]/.test(version) && /-\d|-r\d|:|~|\+deb/.test(version)) {
    return unknown(`${name} is a distribution's package`, "apt-cache policy or apk policy in the image");
  }
  if (config.pythonIndex === undefined)
    return unknown("no Python index is configured", "name one, such as https://pypi.org/simple");
  return { kind: "python", index: config.pythonIndex, project: name.replace(/\[.*$/, "") };
}
