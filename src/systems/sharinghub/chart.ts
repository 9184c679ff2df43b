import { at, type Node, type Scalar, textAt } from "../../kernel/tree.ts";
import { isAtLeast, isOn, textIn } from "../ask.ts";
import type { ChartFacts, Configuration, Location, SourceFile } from "../contract.ts";
import { sampleApplication } from "../sample.ts";

const source =
  "csgroup-oss/sharinghub tags 0.1.0 to 0.4.2: deploy/helm/sharinghub/{Chart,values}.yaml, templates/deployment.yaml";

/** Git tags whose chart is a stub: version 0.1.0, appVersion 1.16.0, an image tag that nobody published. */
const stubs = ["0.1.0", "0.2.0"];

/** Git tag, chart version, appVersion and image tag agree from 0.3.0 on. */
export function hubVersionOf(chart: string, version: string): string | undefined {
  const plain = version.replace(/^v/, "");
  if (chart !== "sharinghub") return undefined;
  if (stubs.includes(plain)) return "1.16.0";
  return isAtLeast(plain, "0.3.0") && /^\d+\.\d+\.\d+$/.test(plain) ? plain : undefined;
}

export function isStub(version: string | undefined): boolean {
  return version !== undefined && stubs.includes(version.replace(/^v/, ""));
}

export function hubChartFacts(chart: string, version: string): ChartFacts | undefined {
  const plain = version.replace(/^v/, "");
  if (chart !== "sharinghub" || ![...stubs, "0.3.0", "0.4.0", "0.4.1", "0.4.2"].includes(plain)) return undefined;
  const defaults = { "image.tag": null, "gunicorn.workers": null, "resources.limits": null, replicaCount: 1 };
  return { chart, version, appVersion: hubVersionOf(chart, plain), defaults, source };
}

export function hubsIn(configurations: readonly Configuration[]): readonly Configuration[] {
  return configurations.filter(({ system }) => system === "sharinghub");
}

/** The version that runs: the tag written, else the revision of the chart; undefined for a branch. */
export function hubVersionIn(configuration: Configuration): string | undefined {
  const tag = configuration.written("image", "tag");
  if (isOn(tag)) return textIn(tag);
  return tag.kind === "unknown" || configuration.chartVersion === undefined
    ? undefined
    : hubVersionOf("sharinghub", configuration.chartVersion);
}

/** The server's configuration, a YAML document inside the chart's value `config`. */
export type ServerConfig =
  | { readonly kind: "read"; readonly root: Node; readonly file: SourceFile }
  | { readonly kind: "broken" }
  /** The chart's own configuration decides. */
  | { readonly kind: "default" }
  | { readonly kind: "unknown" };

export function serverConfigOf(configuration: Configuration): ServerConfig {
  const setting = configuration.written("config");
  if (setting.kind === "absent") return { kind: "default" };
  if (setting.kind === "unknown") return { kind: "unknown" };
  const { node, file } = setting.value;
  return node.kind === "scalar" && file !== undefined ? readConfig(node, file) : { kind: "unknown" };
}

function readConfig(scalar: Scalar, file: SourceFile): ServerConfig {
  if (scalar.text.trim() === "") return { kind: "unknown" };
  const root = file.embedded(scalar)[0]?.root;
  if (root?.kind === "mapping") return { kind: "read", root, file };
  return scalar.templated || scalar.style !== "literal" ? { kind: "unknown" } : { kind: "broken" };
}

/** A text of the server's configuration that is set; a template counts as set. */
export function writtenIn(config: ServerConfig, ...path: readonly string[]): string | undefined {
  const text = config.kind === "read" ? textAt(config.root, ...path) : undefined;
  return text === "" ? undefined : text;
}

/** The node at a path of the server's configuration. */
export function nodeIn(config: ServerConfig, ...path: readonly string[]): Node | undefined {
  return config.kind === "read" ? at(config.root, ...path) : undefined;
}

/** Where the node at a path of the server's configuration stands. */
export function placedIn(config: ServerConfig, ...path: readonly string[]): Location | undefined {
  const node = nodeIn(config, ...path);
  return node === undefined || config.kind !== "read" ? undefined : config.file.locate(node);
}

/** An Application of the chart, for examples. */
export function hubExample(targetRevision: string, values: string): string {
  return sampleApplication({
    name: "sharinghub",
    repoURL: "https://github.com/csgroup-oss/sharinghub.git",
    path: "deploy/helm/sharinghub",
    targetRevision,
    values,
  });
}

/** The chart's values with a server configuration. */
export function withConfig(config: string): string {
  const lines = config.split("\n").map((line) => `  ${line}`);
  return ["config: |-", ...lines, "gunicorn:", "  workers: 4"].join("\n");
}
