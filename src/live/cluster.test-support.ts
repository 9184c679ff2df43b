import { load, loadAll } from "js-yaml";
import { LiveCluster } from "../assess/live.ts";
import { lookedAt } from "../assess/types.ts";
import { manifestsIn } from "../inventory/facts/manifests.ts";
import { ParsedFile } from "../inventory/source-file.ts";
import { absent, type Fact, known } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeObject, KubeReader, KubeType } from "../kernel/kube.ts";
import { defaultConfig } from "../platform/config.ts";
import type { Example } from "../systems/contract.ts";
import type { Desired } from "./drifts.ts";
import type { LiveFacts, ServedCertificate } from "./facts.ts";
import { factsOf } from "./read.ts";

export const exampleNow = "2026-11-20T09:00:00.000Z" as Instant;

/** A cluster that holds the objects of a text of YAML documents, and serves all types. */
export function clusterOf(text: string): LiveCluster {
  const objects = loadAll(text) as readonly KubeObject[];
  const lists = new Map<string, Fact<readonly KubeObject[]>>();
  for (const { apiVersion, kind, plural } of lookedAt) {
    const own = objects.filter((one) => one.kind === kind && one.apiVersion === apiVersion);
    lists.set(`${apiVersion}/${plural}`, known(own, "example"));
  }
  return new LiveCluster("example", "v1.34.0", lists);
}

function desiredOf(files: Example["files"]): Desired | undefined {
  const own = Object.entries(files).filter(([path]) => path.startsWith("git/"));
  if (own.length === 0) return undefined;
  const parsed = own.map(([path, text]) => new ParsedFile(path, text));
  return { manifests: parsed.flatMap((file) => manifestsIn(file, defaultConfig)), kustomizations: [] };
}

/** What the rules see of an example: `cluster.yaml`, `served.yaml`, and the repository's files below `git/`. */
export function factsOfExample({ files }: Example, production = false): LiveFacts {
  const looking = { environment: "staging", production, desired: desiredOf(files), now: exampleNow };
  const facts = factsOf(clusterOf(files["cluster.yaml"] ?? ""), looking, new Map());
  const text = files["served.yaml"];
  if (text === undefined) return facts;
  const none = { host: "", notBefore: null, notAfter: "2027-01-20T00:00:00Z", issuer: "", fault: "", unknown: "" };
  const served: ServedCertificate = { ...none, ...(load(text) as object) };
  return { ...facts, served: known([served], "example") };
}

/** A cluster to look at whose objects are those of a text, asked anew each time; it serves all types and Secrets to nobody. */
export function readerOf(text: () => string): KubeReader {
  const objects = (): readonly KubeObject[] => loadAll(text()) as readonly KubeObject[];
  const kindOf = ({ apiVersion, plural }: KubeType): string | undefined =>
    lookedAt.find((one) => one.apiVersion === apiVersion && one.plural === plural)?.kind;
  const unused = (): never => {
    throw new Error("not asked for here");
  };
  return {
    label: "https://example",
    async get(name) {
      const found = objects().find(
        ({ apiVersion, kind, metadata }) =>
          apiVersion === name.apiVersion && kind === kindOf(name) && metadata.name === name.name,
      );
      return found === undefined ? absent("example") : known(found, "example");
    },
    async list(type) {
      const items = objects().filter((one) => one.apiVersion === type.apiVersion && one.kind === kindOf(type));
      return known({ items, resourceVersion: "1" }, "example");
    },
    async discovery() {
      const types = lookedAt.map(({ apiVersion, plural, kind }) => ({
        apiVersion,
        plural,
        kind,
        namespaced: true,
        verbs: [],
      }));
      return { version: "v1.34.0", types, silent: [] };
    },
    watch: unused,
    pages: unused,
    logs: unused,
    can: unused,
  };
}
