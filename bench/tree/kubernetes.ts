import type { Draft } from "./draft.ts";

/** A file of Kubernetes manifests: a workload, mostly, and what belongs to it. */
export function manifests(file: Draft): string {
  const kinds = [workload, workload, workload, cronJob, service, configMap, ingress, role, modelService] as const;
  return file.repeat(1 + file.dice.below(4), () => `---\n${file.dice.pick(kinds)(file)}`);
}

function head(file: Draft, apiVersion: string, kind: string): string {
  const name = file.app();
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
  namespace: ${file.dice.pick(["tools", "ml", "gitlab", "monitoring"])}
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: platform
`;
}

function container(file: Draft, indent: string): string {
  const lines = `- name: ${file.app()}
  image: ${file.dice.chance(20) ? `"${file.image()}"` : file.image()}
  imagePullPolicy: IfNotPresent
  args: ["--port", "8080", "--log-level=info"]
  env:
${file.repeat(2 + file.dice.below(8), (index) => `    - name: SETTING_${index}\n      value: "${file.prose(2)}"\n`)}  ports:
    - {containerPort: 8080, name: http}
  resources:
    requests: {cpu: 100m, memory: 256Mi}
    limits:
      memory: ${1 + file.dice.below(8)}Gi
  livenessProbe:
    httpGet: {path: /healthz, port: http}
    initialDelaySeconds: ${file.dice.below(60)}
`;
  return lines.replace(/^(?=.)/gm, indent);
}

function workload(file: Draft): string {
  return `${head(file, "apps/v1", file.dice.pick(["Deployment", "StatefulSet", "DaemonSet"]))}spec:
  selector:
    matchLabels: {app: ${file.app()}}
  template:
    metadata:
      labels: {app: ${file.app()}}
    spec:
      containers:
${file.repeat(1 + file.dice.below(3), () => container(file, "        "))}`;
}

function cronJob(file: Draft): string {
  return `${head(file, "batch/v1", "CronJob")}spec:
  schedule: "0 ${file.dice.below(24)} * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
${container(file, "            ")}`;
}

function service(file: Draft): string {
  return `${head(file, "v1", "Service")}spec:
  selector: {app: ${file.app()}}
  ports:
    - {name: http, port: 80, targetPort: http}
`;
}

function configMap(file: Draft): string {
  return `${head(file, "v1", "ConfigMap")}data:
${file.repeat(2 + file.dice.below(10), (index) => `  setting-${index}.conf: |\n    # ${file.prose(8)}\n    [section]\n    value = ${file.prose(4)}\n`)}`;
}

function ingress(file: Draft): string {
  return `${head(file, "networking.k8s.io/v1", "Ingress")}spec:
  rules:
    - host: ${file.app()}.example.org
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: ${file.app()}, port: {name: http}}}
`;
}

function role(file: Draft): string {
  return `${head(file, "rbac.authorization.k8s.io/v1", "Role")}rules:
${file.repeat(1 + file.dice.below(5), () => `  - apiGroups: [""]\n    resources: [pods, services]\n    verbs: [get, list, watch]\n`)}`;
}

function modelService(file: Draft): string {
  return `${head(file, "serving.kserve.io/v1beta1", "InferenceService")}spec:
  predictor:
    containers:
${container(file, "      ")}`;
}

/** A definition of a custom resource: long, and no pin in it. */
export function definition(file: Draft): string {
  return `${head(file, "apiextensions.k8s.io/v1", "CustomResourceDefinition")}spec:
  group: example.org
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties:
${file.repeat(110 + file.dice.below(180), (index) => `            field${index}:\n              description: ${file.prose(14)}\n              type: string\n`)}`;
}

/** An overlay over a folder of manifests, with a remote base. */
export function kustomization(file: Draft): string {
  const repository = `github.com/example-org/${file.app()}`;
  const image = file.imageName();
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${file.dice.pick(["tools", "ml"])}
resources:
  - deployment.yaml
  - https://${repository}//deploy/base?ref=${file.pin("git", `https://${repository}`, `v${file.dice.release()}`)}
images:
  - name: ${image}
    newTag: "${file.pin("image", image)}"
patches:
  - patch: |-
      - op: replace
        path: /spec/replicas
        value: ${1 + file.dice.below(4)}
    target: {kind: Deployment}
`;
}
