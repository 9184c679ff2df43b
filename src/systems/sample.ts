/** What `sampleApplication` writes; left out, a key is left out of the manifest. */
export interface Sample {
  readonly name: string;
  readonly namespace?: string;
  readonly repoURL: string;
  readonly chart?: string;
  readonly path?: string;
  readonly targetRevision: string;
  /** Helm values as YAML text. */
  readonly values?: string;
  /** `spec.syncPolicy` as YAML text. */
  readonly syncPolicy?: string;
}

/** An Argo CD Application for the examples of rules: the examples then show what the rule is about and little else. */
export function sampleApplication(sample: Sample): string {
  const source = [
    `repoURL: ${sample.repoURL}`,
    ...(sample.chart === undefined ? [] : [`chart: ${sample.chart}`]),
    ...(sample.path === undefined ? [] : [`path: ${sample.path}`]),
    `targetRevision: ${sample.targetRevision}`,
    ...(sample.values === undefined ? [] : ["helm:", "  valuesObject:", indent(sample.values, 4)]),
  ].join("\n");
  const lines = [
    "apiVersion: argoproj.io/v1alpha1",
    "kind: Application",
    "metadata:",
    `  name: ${sample.name}`,
    "  namespace: argocd",
    "spec:",
    "  project: mlops",
    "  source:",
    indent(source, 4),
    "  destination:",
    "    server: https://kubernetes.default.svc",
    `    namespace: ${sample.namespace ?? sample.name}`,
    ...(sample.syncPolicy === undefined ? [] : ["  syncPolicy:", indent(sample.syncPolicy, 4)]),
  ];
  return `${lines.join("\n")}\n`;
}

function indent(text: string, by: number): string {
  const lines = text.replace(/^\n+|\s+$/g, "").split("\n");
  const margin = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
  return lines.map((line) => (line.trim() === "" ? "" : " ".repeat(by) + line.slice(margin))).join("\n");
}
