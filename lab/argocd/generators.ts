import { type Files, joined, type Manifest } from "./manifest.ts";

interface Generator {
  readonly name: string;
  readonly namespace?: string;
  readonly files?: readonly string[];
  readonly literals?: readonly string[];
  readonly type?: string;
  readonly options?: Options;
}

interface Options {
  readonly disableNameSuffixHash?: boolean;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** The ConfigMaps and Secrets that a kustomization makes of files and literals. */
export function generated(
  files: Files,
  folder: string,
  kustomization: Readonly<Record<string, unknown>>,
): readonly Manifest[] {
  const shared = (kustomization["generatorOptions"] ?? {}) as Options;
  const of = (key: string, kind: string): readonly Manifest[] =>
    ((kustomization[key] ?? []) as readonly Generator[]).map((one) => generatedOne(files, folder, kind, one, shared));
  return [...of("configMapGenerator", "ConfigMap"), ...of("secretGenerator", "Secret")];
}

function generatedOne(files: Files, folder: string, kind: string, generator: Generator, shared: Options): Manifest {
  const { name, namespace, options = {} } = generator;
  if ((options.disableNameSuffixHash ?? shared.disableNameSuffixHash) !== true)
    throw new Error(`${kind} generator ${name}: a name with a hash behind it is not covered by the lab's kustomize`);
  const data = { ...fromFiles(files, folder, generator), ...fromLiterals(generator) };
  const labels = { ...shared.labels, ...options.labels };
  const annotations = { ...shared.annotations, ...options.annotations };
  const metadata = { name, ...present({ namespace, labels: filled(labels), annotations: filled(annotations) }) };
  if (kind === "ConfigMap") return { apiVersion: "v1", kind, metadata, data };
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return { apiVersion: "v1", kind, metadata, type: generator.type ?? "Opaque", data: Object.fromEntries(encoded) };
}

function fromFiles(files: Files, folder: string, generator: Generator): Record<string, string> {
  const entries = (generator.files ?? []).map((entry) => {
    const at = entry.indexOf("=");
    const file = entry.slice(at + 1);
    const text = files.get(joined(folder, file));
    if (text === undefined)
      throw new Error(
        `loading KV pairs: file sources: [${entry}]: open ${joined(folder, file)}: no such file or directory`,
      );
    return [at < 0 ? file.slice(file.lastIndexOf("/") + 1) : entry.slice(0, at), text] as const;
  });
  return Object.fromEntries(entries);
}

function fromLiterals({ literals = [] }: Generator): Record<string, string> {
  return Object.fromEntries(literals.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
}

function filled(mapping: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(mapping).length === 0 ? undefined : mapping;
}

function present(mapping: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined));
}
