import type { Draft } from "./draft.ts";

/** An Argo CD Application with a chart, its values beside it. */
export function application(file: Draft): string {
  const chart = file.app();
  const values = file.imageName();
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${chart}
  namespace: argocd
  finalizers: [resources-finalizer.argocd.argoproj.io]
spec:
  project: platform
  sources:
    - repoURL: https://charts.example.org/stable
      chart: ${chart}
      targetRevision: ${file.pin("chart", chart)}
      helm:
        valueFiles: [$values/${file.path.replace("argocd-apps/", "values/").replace("/app-", "/values-")}]
        valuesObject:
          image:
            repository: ${values}
            tag: "${file.pin("image", values)}"
${file.repeat(3 + file.dice.below(12), (index) => `          setting${index}: {enabled: true, note: "${file.prose(4)}"}\n`)}    - repoURL: https://git.example.org/platform/deployment.git
      targetRevision: ${file.pin("git", "https://git.example.org/platform/deployment.git", `v${file.dice.release()}`)}
      ref: values
  destination: {server: "https://kubernetes.default.svc", namespace: ${file.dice.pick(["tools", "ml"])}}
  syncPolicy:
    automated: {prune: true, selfHeal: true}
    syncOptions: [CreateNamespace=true]
`;
}

/** An ApplicationSet whose generator carries a version a cluster. */
export function applicationSet(file: Draft): string {
  const chart = file.app();
  return `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: ${chart}
  namespace: argocd
spec:
  goTemplate: true
  generators:
    - list:
        elements:
${file.repeat(2 + file.dice.below(3), (index) => `          - {cluster: cluster-${index}, chartVersion: ${file.pin("chart", chart)}}\n`)}  template:
    metadata: {name: "${chart}-{{.cluster}}"}
    spec:
      project: platform
      source:
        repoURL: https://charts.example.org/stable
        chart: ${chart}
        targetRevision: "{{.chartVersion}}"
      destination: {name: "{{.cluster}}", namespace: ${chart}}
`;
}

/** A Flux HelmRelease with its repository, and a Git source. */
export function flux(file: Draft): string {
  const chart = file.app();
  const url = `https://git.example.org/platform/${file.app()}`;
  return `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: ${chart}, namespace: flux-system}
spec:
  interval: 10m
  url: https://charts.example.org/${chart}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ${chart}, namespace: flux-system}
spec:
  interval: 10m
  chart:
    spec:
      chart: ${chart}
      version: ${file.pin("chart", chart)}
      sourceRef: {kind: HelmRepository, name: ${chart}}
  values:
${file.repeat(4 + file.dice.below(20), (index) => `    setting${index}:\n      enabled: ${file.dice.chance(50)}\n      note: ${file.prose(5)}\n`)}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: ${chart}-source, namespace: flux-system}
spec:
  interval: 5m
  url: ${url}
  ref:
    tag: ${file.pin("git", url, `v${file.dice.release()}`)}
`;
}

export function chart(file: Draft): string {
  return `apiVersion: v2
name: ${file.path.split("/").at(-2) ?? "chart"}
description: ${file.prose(12)}
type: application
version: ${file.dice.release()}
appVersion: "${file.dice.release()}"
dependencies:
${file.repeat(1 + file.dice.below(3), () => {
  const name = file.app();
  return `  - name: ${name}\n    version: ${file.pin("chart", name)}\n    repository: https://charts.example.org/stable\n    condition: ${name}.enabled\n`;
})}`;
}

/** A values file, with images in the usual shapes and a lot of comment. */
export function values(file: Draft): string {
  const shapes = [
    () => {
      const name = file.imageName();
      return `  image:\n    repository: ${name}\n    tag: "${file.pin("image", name)}"\n    pullPolicy: IfNotPresent\n`;
    },
    () => `  image: ${file.image()}\n`,
    () => {
      const [registry = "", ...rest] = file.imageName().split("/");
      const name = rest.join("/");
      return `  image:\n    registry: ${registry}\n    repository: ${name}\n    tag: ${file.pin("image", `${registry}/${name}`)}\n`;
    },
    () => "  enabled: true\n",
  ] as const;
  return file.repeat(
    3 + file.dice.below(8),
    (
      index,
    ) => `# ${file.prose(18)}\nsection${index}:\n${file.dice.pick(shapes)()}  # -- ${file.prose(10)}\n  replicas: ${file.dice.below(5)}
  resources:\n    requests: {cpu: 50m, memory: 128Mi}\n  nodeSelector: {}\n  config:\n${file.repeat(
    file.dice.below(12),
    (entry) => `    ## ${file.prose(9)}\n    option${entry}: ${file.prose(3)}\n`,
  )}`,
  );
}

/** A template of a chart: nothing in it is constant but its shape. */
export function template(file: Draft): string {
  const name = file.path.split("/")[1] ?? "chart";
  return `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "${name}.fullname" . }}
  labels:
    {{- include "${name}.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  template:
    spec:
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
${file.repeat(2 + file.dice.below(10), (index) => `          # ${file.prose(6)}\n          {{- if .Values.setting${index} }}\n          setting${index}: {{ .Values.setting${index} | quote }}\n          {{- end }}\n`)}        - name: helper
          image: ${file.image()}
{{- end }}
`;
}
