/** An Argo CD Application that deploys GitLab's chart. */
export function gitlabApplication(chartVersion: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: gitlab, namespace: argocd }
spec:
  project: mlops
  source:
    repoURL: https://charts.gitlab.io
    chart: gitlab
    targetRevision: ${chartVersion}
  destination: { server: https://kubernetes.default.svc, namespace: gitlab }
`;
}

/** A Deployment of one image. */
export function deployment(name: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
`;
}

/** A sealed secret whose text changes with `value`. */
export function sealedSecret(name: string, value: string): string {
  return `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: ${name}, namespace: gitlab }
spec:
  encryptedData: { provider: ${value} }
`;
}

/** A small platform with something for most readers and rules, an open question included. */
export const smallPlatform: Readonly<Record<string, string>> = {
  "argocd-apps/gitlab.yaml": gitlabApplication("8.1.8"),
  "manifests/web.yaml": deployment("web", "nginx:latest"),
  "manifests/db.yaml":
    "apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData:\n  password: Vq7-Lk29xTz4\n",
  Dockerfile: "FROM python:3.12-slim\nRUN pip install mlflow==2.9.2\n",
};

/** A file name that breaks out of every format that does not escape: markup, cells, commands, colours, direction. */
export const hostileName = "a|b`c<script>\"'&::error,x=\u001b[31m\u202e%.yaml";
