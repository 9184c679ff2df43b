import { itemsAt, type Mapping, type Scalar, textAt } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { stateOfChart } from "../../kernel/version.ts";
import { type PinDraft, pathIn, placeOf, type Reader } from "../reader.ts";
import { parseYaml } from "../yaml/parse.ts";
import { writtenScalar } from "./argocd-source.ts";

const chartFile = /(?:^|\/)(?:Chart|requirements)\.(?:yaml|yml|lock)$/;

/** Helm charts: dependencies in `Chart.yaml` or `requirements.yaml`, the exact versions in their lock files. */
export const helmChart: Reader = {
  id: "helm-chart",

  accepts(path) {
    return chartFile.test(path);
  },

  read(file, out) {
    // A lock file's name does not say YAML, so it is parsed here.
    const documents = file.path.endsWith(".lock") ? parseYaml(file.text).documents : file.documents;
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf("/")));
    for (const document of documents) {
      const { root } = document;
      const name = textAt(root, "name");
      const version = textAt(root, "version");
      if (/(?:^|\/)Chart\.ya?ml$/.test(file.path) && name !== undefined && version !== undefined) {
        const appVersion = textAt(root, "appVersion");
        out.note({ kind: "chart", folder, name, version, ...(appVersion === undefined ? {} : { appVersion }) });
      }
      for (const [index, item] of itemsAt(root, "dependencies").entries()) {
        const pin = item.kind === "mapping" ? dependencyPin(item) : undefined;
        if (pin !== undefined) out.pin({ ...pin, path: pathIn(document, ["dependencies", index, "version"]) });
      }
    }
  },
};

/**
 * A dependency at `file://` is a folder of this repository and needs no version. One without a repository lies in `charts/`;
 * any other without a version gets the newest.
 */
function dependencyPin(dependency: Mapping): Omit<PinDraft, "path"> | undefined {
  const name = textAt(dependency, "name");
  const repository = textAt(dependency, "repository") ?? "";
  const version = writtenScalar(dependency, "version");
  if (name === undefined || repository.startsWith("file://")) return undefined;
  if (version === undefined) return repository === "" ? undefined : pinOf(name, repository, undefined, dependency);
  return pinOf(name, repository, version, dependency);
}

function pinOf(
  name: string,
  repository: string,
  version: Scalar | undefined,
  dependency: Mapping,
): Omit<PinDraft, "path"> {
  return {
    kind: "chart",
    name,
    version: version?.text,
    source: repository === "" ? undefined : redactUrls(repository),
    state: version?.templated ? "unknown" : stateOfChart(version?.text),
    place: placeOf(version ?? dependency),
  };
}
