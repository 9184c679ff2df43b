import { itemsAt, type Node, textAt } from "../../../kernel/tree.ts";
import { applicationSubject } from "../../ask.ts";
import { type Application, type ApplicationSource, defineRule } from "../../contract.ts";
import { sampleApplication } from "../../sample.ts";

const multi = "argoproj/argo-cd:docs/user-guide/multiple_sources.md";

function valueFilesOf(source: ApplicationSource): readonly Node[] {
  return itemsAt(source.root, "helm", "valueFiles");
}

const web = (source: string): string =>
  [
    "apiVersion: argoproj.io/v1alpha1",
    "kind: Application",
    "metadata: {name: web, namespace: argocd}",
    "spec:",
    "  project: mlops",
    ...source.split("\n").map((line) => `  ${line}`),
    "  destination: {server: https://kubernetes.default.svc, namespace: web}",
    "",
  ].join("\n");

export const valueFileNotInChart = defineRule({
  id: "argocd-value-file-not-in-chart",
  title: "Argo CD looks for this values file inside the chart",
  group: "argocd",
  severity: "high",
  why: "For a chart from a Helm repository value files are looked up in the chart's own archive, not in the repository the Application stands in. The sync fails, or, with ignoreMissingValueFiles, the chart is installed with its defaults: with empty databases of its own, for instance.",
  sources: [multi],
  fix: "Use two sources: the chart, and this repository with ref: values; then $values/path/to/file.yaml.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      for (const source of application.sources.filter(({ chart }) => chart !== undefined)) {
        for (const file of valueFilesOf(source)) {
          const path = textAt(file) ?? "";
          if (!path.includes("/") || /^\$|^[a-z]+:\/\/|[{}]/.test(path)) continue;
          yield {
            kind: "finding",
            subject: applicationSubject(application),
            key: path,
            environment: application.environment,
            at: application.file.locate(file),
            message: `${path} is looked for inside the chart ${source.chart}`,
            fix: `Turn spec.source into spec.sources, add this repository with ref: values, and write $values/${path.replace(/^(\.\.?\/)+/, "")}.`,
          };
        }
      }
    }
  },
  examples: {
    failing: [
      {
        name: "one source",
        files: {
          "app.yaml": web(
            "source:\n  repoURL: https://charts.example.org\n  chart: web\n  targetRevision: 1.2.3\n  helm:\n    valueFiles: [values/web-values.yaml]",
          ),
        },
      },
    ],
    passing: [
      {
        name: "two sources",
        files: {
          "app.yaml": web(
            "sources:\n  - repoURL: https://charts.example.org\n    chart: web\n    targetRevision: 1.2.3\n    helm:\n      valueFiles: [$values/values/web-values.yaml]\n  - repoURL: https://git.example.org/platform.git\n    targetRevision: v1.0.0\n    ref: values",
          ),
        },
      },
    ],
  },
});

export const valuesRefUndeclared = defineRule({
  id: "argocd-values-ref-undeclared",
  title: "A values file names a source that is not there",
  group: "argocd",
  severity: "high",
  why: "$name/file.yaml means the source with ref: name. When no source of the Application has that ref, the manifests cannot be generated and the Application stays as it was.",
  sources: [multi],
  fix: "Add ref: to the source meant, or correct the name.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      const refs = new Set(application.sources.map(({ ref }) => ref));
      for (const source of application.sources) {
        for (const file of valueFilesOf(source)) {
          const ref = /^\$([A-Za-z0-9_-]+)\//.exec(textAt(file) ?? "")?.[1];
          if (ref === undefined || refs.has(ref) || ref.startsWith("ARGOCD_")) continue;
          yield {
            kind: "finding",
            subject: applicationSubject(application),
            key: ref,
            environment: application.environment,
            at: application.file.locate(file),
            message: `no source of ${application.name} has ref: ${ref}`,
            fix: `Add ref: ${ref} to the source that holds the file.`,
          };
        }
      }
    }
  },
  examples: {
    failing: [
      {
        name: "another name",
        files: {
          "app.yaml": web(
            "sources:\n  - repoURL: https://charts.example.org\n    chart: web\n    targetRevision: 1.2.3\n    helm:\n      valueFiles: [$values/web.yaml]\n  - repoURL: https://git.example.org/platform.git\n    targetRevision: v1.0.0\n    ref: config",
          ),
        },
      },
    ],
    passing: [
      {
        name: "the same name",
        files: {
          "app.yaml": web(
            "sources:\n  - repoURL: https://charts.example.org\n    chart: web\n    targetRevision: 1.2.3\n    helm:\n      valueFiles: [$config/web.yaml]\n  - repoURL: https://git.example.org/platform.git\n    targetRevision: v1.0.0\n    ref: config",
          ),
        },
      },
    ],
  },
});

function isAutomated({ spec }: Application): boolean {
  const node = textAt(spec, "syncPolicy", "automated", "prune") ?? textAt(spec, "syncPolicy", "automated", "selfHeal");
  return node !== undefined;
}

const automated = sampleApplication({
  name: "gitlab",
  repoURL: "https://charts.gitlab.io",
  chart: "gitlab",
  targetRevision: "9.5.0",
  syncPolicy: "automated:\n  prune: true\n  selfHeal: false",
});

export const rollbackRefused = defineRule({
  id: "argocd-rollback-refused",
  title: "argocd app rollback is refused while automated sync is on",
  group: "argocd",
  severity: "high",
  why: "Argo CD refuses to roll back an Application with automated sync. A procedure that counts on it fails in the middle of an incident; and where it works, the next sync puts the new version back, because Git still says so. Migrated data does not go back either way.",
  sources: [
    "argoproj/argo-cd:docs/user-guide/auto_sync.md @0444e4b99",
    "https://github.com/argoproj/argo-cd/issues/5351",
  ],
  fix: "Roll back with a Git revert, and restore the data that the new version changed.",
  needs: ["scripts", "applications"],
  *check({ scripts, applications }) {
    for (const script of scripts) {
      for (const found of script.file.text.matchAll(/argocd\s+app\s+rollback\s+["']?([\w$.{}-]+)/g)) {
        const name = found[1] ?? "";
        const named = applications.filter((application) => application.name === name);
        const meant = named.length > 0 ? named : applications;
        if (!meant.some(isAutomated)) continue;
        yield {
          kind: "finding",
          subject: `script/${script.file.path}`,
          key: name,
          environment: script.environment,
          at: script.file.locate(found.index),
          message:
            named.length > 0
              ? `argocd app rollback ${name}: refused, because automated sync is on`
              : "argocd app rollback: refused for the Applications here that have automated sync",
          fix: "Use git revert on the commit that changed targetRevision, and the restore of the data if migrations ran.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "a rollback script",
        files: { "gitlab.yaml": automated, "rollback.sh": "#!/bin/sh\nargocd app rollback gitlab\n" },
      },
    ],
    passing: [
      {
        name: "a revert",
        files: { "gitlab.yaml": automated, "rollback.sh": '#!/bin/sh\ngit revert --no-edit "$1" && git push\n' },
      },
    ],
  },
});

/** The releases named in `helm get values NAME`, with or without `-n NAMESPACE` before the name. */
const getValues = /helm\s+get\s+values\s+(?:(?:-n|--namespace)[ =]\S+\s+|--all\s+|-a\s+)*([\w-]+)/g;

export const noHelmRelease = defineRule({
  id: "backups-helm-values-of-no-release",
  title: "helm get values saves nothing under Argo CD",
  group: "backups",
  severity: "high",
  why: "Argo CD renders a chart with helm template and applies the result: no Helm release exists in the cluster. helm get values then fails, or saves an empty file as the backup of the configuration, which is in Git anyway.",
  sources: ["https://argo-cd.readthedocs.io/en/stable/user-guide/helm/", "argoproj/argo-cd:docs/faq.md"],
  fix: "Take the values from Git at the commit that runs; argocd app get NAME shows it.",
  needs: ["scripts", "applications"],
  *check({ scripts, applications }) {
    for (const script of scripts) {
      for (const found of script.file.text.matchAll(getValues)) {
        const release = found[1] ?? "";
        const application = applications.find(
          ({ name, sources }) =>
            name === release || sources.some(({ root }) => textAt(root, "helm", "releaseName") === release),
        );
        if (application === undefined) continue;
        yield {
          kind: "finding",
          subject: `script/${script.file.path}`,
          key: release,
          environment: script.environment,
          at: script.file.locate(found.index),
          message: `${release} is deployed by the Application ${application.name}, so there is no Helm release of that name`,
          fix: "Remove the command; the values are in Git.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "a backup of values",
        files: {
          "gitlab.yaml": automated,
          "backup.sh": "#!/bin/sh\nhelm get values -n gitlab gitlab > gitlab-values.yaml\n",
        },
      },
    ],
    passing: [
      {
        name: "another release",
        files: { "gitlab.yaml": automated, "backup.sh": "#!/bin/sh\nhelm get values -n web web > web-values.yaml\n" },
      },
    ],
  },
});
