import { itemsAt, type Node, at as nodeAt, textAt } from "../../../kernel/tree.ts";
import { applicationSubject } from "../../ask.ts";
import { type Application, defineRule, type Location } from "../../contract.ts";
import { sampleApplication } from "../../sample.ts";

const autoSync = "argoproj/argo-cd:docs/user-guide/auto_sync.md @0444e4b99";

function automatedIn({ spec }: Application): Node | undefined {
  const node = nodeAt(spec, "syncPolicy", "automated");
  return textAt(node, "enabled") === "false" ? undefined : node;
}

/** A chart's template that leaves the policy to the chart's values: what they say is not in this file. */
function isRendered({ file, name }: Application): boolean {
  return name.includes("{{") && /toYaml[^\n]*syncPolicy|with[^\n]*syncPolicy/.test(file.text);
}

function placeOf(application: Application, node: Node | undefined): Location {
  return application.file.locate(node ?? nodeAt(application.root, "metadata", "name") ?? application.root);
}

const example = (syncPolicy?: string, project = "mlops"): string =>
  sampleApplication({
    name: "web",
    repoURL: "https://git.example.org/web.git",
    path: "deploy",
    targetRevision: "v1.4.2",
    ...(syncPolicy === undefined ? {} : { syncPolicy }),
  }).replace("project: mlops", `project: ${project}`);

const complete =
  "automated:\n  prune: true\n  selfHeal: false\nretry:\n  limit: 3\nsyncOptions:\n  - CreateNamespace=true";

export const notAutomated = defineRule({
  id: "argocd-no-automated-sync",
  title: "Argo CD does not apply this Application by itself",
  group: "argocd",
  severity: "low",
  why: "Without automated sync Git is a wish: a merged change waits until somebody presses sync, and then everything that gathered goes out at once. For a system whose upgrades need a person at hand that can be right; then suppress this with that reason.",
  sources: [autoSync],
  fix: "Add spec.syncPolicy.automated with prune and selfHeal stated.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      if (nodeAt(application.spec, "syncPolicy", "automated") !== undefined || isRendered(application)) continue;
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: placeOf(application, nodeAt(application.spec, "syncPolicy")),
        message: `${application.name} has no automated sync`,
        fix: "Add spec.syncPolicy.automated, or suppress this with the reason why a person syncs it.",
      };
    }
  },
  examples: {
    failing: [{ name: "no policy at all", files: { "app.yaml": example() } }],
    passing: [
      { name: "automated", files: { "app.yaml": example(complete) } },
      {
        name: "a template that takes the policy from values",
        files: {
          "chart/templates/app.yaml": `${example().replace("name: web", "name: {{ .Values.name }}")}{{- with .Values.syncPolicy }}\n  syncPolicy: {{- toYaml . | nindent 4 }}\n{{- end }}\n`,
        },
      },
    ],
  },
});

export const choicesNotStated = defineRule({
  id: "argocd-sync-choices-not-stated",
  title: "Automated sync leaves prune or self-heal unsaid",
  group: "argocd",
  severity: "low",
  why: "Both default to off, and both change what happens in an emergency: self-heal undoes an operator's change within minutes, and without prune what is deleted in Git goes on running. Whoever reads the file at night has to see which was chosen.",
  sources: [autoSync],
  fix: "Write prune and selfHeal, true or false.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      const automated = automatedIn(application);
      const unsaid = ["prune", "selfHeal"].filter((key) => nodeAt(automated, key) === undefined);
      if (automated === undefined || unsaid.length === 0) continue;
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: placeOf(application, automated),
        message: `automated sync does not say ${unsaid.join(" and ")}`,
        fix: `Write ${unsaid.map((key) => `${key}: false`).join(" and ")} if today's behaviour is what you want.`,
      };
    }
  },
  examples: {
    failing: [{ name: "prune unsaid", files: { "app.yaml": example("automated:\n  selfHeal: true") } }],
    passing: [{ name: "both said", files: { "app.yaml": example(complete) } }],
  },
});

export const selfHealDiffers = defineRule({
  id: "argocd-self-heal-not-as-decided",
  title: "Self-heal is not what this environment decided",
  group: "argocd",
  severity: "medium",
  why: "The platform's file says whether Argo CD shall undo changes made by hand in this environment. An Application that does otherwise surprises the person on duty: the fix disappears, or drift stays.",
  sources: [autoSync],
  fix: "Bring the Application in line with millwright.yaml, or change the decision there.",
  needs: ["applications", "platform"],
  *check({ applications, platform }) {
    for (const application of applications) {
      const decided = platform.environments.find(({ name }) => name === application.environment)?.selfHeal;
      const automated = automatedIn(application);
      const written = textAt(automated, "selfHeal") === "true";
      if (decided === undefined || automated === undefined || written === decided) continue;
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: placeOf(application, nodeAt(automated, "selfHeal") ?? automated),
        message: `selfHeal is ${written} and ${application.environment} decided on ${decided}`,
        fix: `Set spec.syncPolicy.automated.selfHeal: ${decided}.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "production decided against it",
        files: {
          "prod/app.yaml": example("automated:\n  prune: true\n  selfHeal: true"),
          "millwright.yaml": "environments:\n  - name: production\n    paths: [prod]\n    selfHeal: false\n",
        },
      },
    ],
    passing: [
      {
        name: "as decided",
        files: {
          "prod/app.yaml": example(complete),
          "millwright.yaml": "environments:\n  - name: production\n    paths: [prod]\n    selfHeal: false\n",
        },
      },
    ],
  },
});

export const pruneToNothing = defineRule({
  id: "argocd-prune-to-nothing",
  title: "An empty render deletes everything",
  group: "argocd",
  severity: "medium",
  why: "Argo CD refuses to prune an Application down to nothing, because an empty result is mostly a mistake: a wrong path, a template that rendered nothing. allowEmpty together with prune takes that guard away, and with it volumes and databases.",
  sources: [autoSync],
  fix: "Remove allowEmpty: true.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      const automated = automatedIn(application);
      if (textAt(automated, "prune") !== "true" || textAt(automated, "allowEmpty") !== "true") continue;
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: placeOf(application, nodeAt(automated, "allowEmpty")),
        message: `${application.name} prunes and allows an empty result`,
        fix: "Set allowEmpty: false or remove it.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "prune and allowEmpty",
        files: { "app.yaml": example("automated:\n  prune: true\n  selfHeal: false\n  allowEmpty: true") },
      },
    ],
    passing: [{ name: "prune alone", files: { "app.yaml": example(complete) } }],
  },
});

export const noRetry = defineRule({
  id: "argocd-no-retry",
  title: "A failed sync is not tried again",
  group: "argocd",
  severity: "low",
  why: "Automated sync does not repeat a sync that failed for the same commit. A webhook that was away for a second, a CRD that came a moment later, and the Application stays as it was until somebody looks.",
  sources: [autoSync],
  fix: "Add spec.syncPolicy.retry with a limit and a backoff.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      const automated = automatedIn(application);
      const retry = nodeAt(application.spec, "syncPolicy", "retry");
      if (automated === undefined || (retry !== undefined && textAt(retry, "limit") !== "0")) continue;
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: placeOf(application, nodeAt(application.spec, "syncPolicy")),
        message: `${application.name} syncs automatically and has no retry`,
        fix: "Add retry: {limit: 5, backoff: {duration: 10s, factor: 2, maxDuration: 5m}}.",
      };
    }
  },
  examples: {
    failing: [{ name: "no retry", files: { "app.yaml": example("automated:\n  prune: true\n  selfHeal: false") } }],
    passing: [{ name: "a retry", files: { "app.yaml": example(complete) } }],
  },
});

export const defaultProject = defineRule({
  id: "argocd-default-project",
  title: "Application in Argo CD's default project",
  group: "argocd",
  severity: "medium",
  why: "The project named default allows every repository, every cluster and every kind of object. A change to this Application, or to the repository it follows, can then reach anything, and roles and sync windows cannot be given to it alone.",
  sources: ["argoproj/argo-cd:docs/user-guide/projects.md"],
  fix: "Make an AppProject that allows its repositories, namespaces and kinds, and name it in spec.project.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      if (application.project !== "default") continue;
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: placeOf(application, nodeAt(application.spec, "project")),
        message: `${application.name} belongs to the project default`,
        fix: "Set spec.project to a project of its own.",
      };
    }
  },
  examples: {
    failing: [{ name: "the default", files: { "app.yaml": example(complete, "default") } }],
    passing: [{ name: "its own", files: { "app.yaml": example(complete) } }],
  },
});

const always = ["default", "kube-system", "kube-public", "argocd"];

function createsNamespace(application: Application): boolean {
  return itemsAt(application.spec, "syncPolicy", "syncOptions").some(
    (option) => textAt(option) === "CreateNamespace=true",
  );
}

export const namespaceNotCreated = defineRule({
  id: "argocd-namespace-not-created",
  title: "Nothing here creates the namespace",
  group: "argocd",
  severity: "low",
  why: "Argo CD does not create the namespace of an Application unless it is told to. On the cluster where it exists nobody notices; on the next one, and after a disaster, the first sync fails.",
  sources: ["argoproj/argo-cd:docs/user-guide/sync-options.md"],
  fix: "Add CreateNamespace=true to spec.syncPolicy.syncOptions, or keep the Namespace as a manifest.",
  needs: ["applications", "manifests"],
  *check({ applications, manifests }) {
    const created = new Set(manifests.filter(({ kind }) => kind === "Namespace").map(({ name }) => name));
    for (const application of applications) if (createsNamespace(application)) created.add(application.namespace ?? "");
    for (const application of applications) {
      const { namespace } = application;
      if (
        namespace === undefined ||
        !/^[a-z0-9-]+$/.test(namespace) ||
        always.includes(namespace) ||
        created.has(namespace)
      )
        continue;
      yield {
        kind: "finding",
        subject: applicationSubject(application),
        environment: application.environment,
        at: placeOf(application, nodeAt(application.spec, "destination", "namespace")),
        message: `the namespace ${namespace} is neither a manifest here nor created by an Application`,
        fix: "Add syncOptions: [CreateNamespace=true].",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "no option, no manifest",
        files: { "app.yaml": example("automated:\n  prune: true\n  selfHeal: false") },
      },
    ],
    passing: [
      { name: "the option", files: { "app.yaml": example(complete) } },
      {
        name: "a manifest",
        files: {
          "app.yaml": example("retry:\n  limit: 3"),
          "namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n",
        },
      },
    ],
  },
});
