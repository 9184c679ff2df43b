import { counted } from "../kernel/count.ts";
import { wordsOfHold } from "../platform/hold.ts";
import type { Severity } from "../systems/contract.ts";
import { applicationYaml, bindingYaml, deploymentYaml, gitDeployment } from "./examples.ts";
import type { LiveApplication, LiveDrift } from "./facts.ts";
import { defineLiveRule, type LiveRule, type LiveVerdict } from "./rule.ts";

const grave = (production: boolean): Severity => (production ? "high" : "medium");

function wordsOf({ resource: { kind, namespace, name } }: LiveDrift): string {
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}

function subjectOf({ application, resource }: LiveDrift): string {
  return application === null
    ? `${resource.kind.toLowerCase()}/${resource.namespace}/${resource.name}`
    : `application/${application.name}`;
}

/** One for a resource: its fields are the evidence. */
function byResource(drifts: readonly LiveDrift[]): readonly (readonly [LiveDrift, readonly LiveDrift[]])[] {
  const groups = Map.groupBy(drifts, (drift) => `${subjectOf(drift)} ${wordsOf(drift)}`);
  return [...groups.values()].flatMap((all) => (all[0] === undefined ? [] : [[all[0], all] as const]));
}

function fieldsOf(all: readonly LiveDrift[]): string {
  const words = all
    .slice(0, 3)
    .map(({ field, git, live }) => (field === "" ? `it ${live}` : `${field} is ${live}, Git says ${git}`));
  return `${words.join("; ")}${all.length > 3 ? `; and ${counted(all.length - 3, "field")} more` : ""}`;
}

function newest(all: readonly LiveDrift[]): LiveDrift | undefined {
  return all.toSorted((a, b) => (b.since ?? "").localeCompare(a.since ?? ""))[0];
}

const byHand = defineLiveRule({
  id: "drift-by-hand",
  title: "Changed by hand, and not as Git says",
  group: "drift",
  severity: "medium",
  why: "What somebody changed in the cluster is reviewed by nobody, is in no backup of the repository, and is gone with the next sync or the next cluster. Where self-heal is off it stays until somebody finds it.",
  sources: [
    "https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management: managedFields say who wrote a field and when",
    "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-self-healing",
  ],
  fix: "Bring what is meant to stay into Git; have Argo CD put back the rest (procedure put-back).",
  needs: ["drifts"],
  examples: {
    failing: [
      {
        name: "replicas set with kubectl, self-heal off",
        files: {
          "cluster.yaml": `${applicationYaml()}---\n${deploymentYaml(5, "kubectl-edit")}`,
          "git/mlflow.yaml": gitDeployment,
        },
      },
      {
        name: "of a rendered chart, against what Argo CD applied last",
        files: { "cluster.yaml": `${applicationYaml()}---\n${deploymentYaml(5, "kubectl-edit", 1)}` },
      },
      {
        name: "of a rendered chart, the fields that kubectl owns since the last sync",
        files: { "cluster.yaml": `${applicationYaml()}---\n${deploymentYaml(5, "kubectl-scale")}` },
      },
      {
        name: "an object that no Application keeps",
        files: { "cluster.yaml": deploymentYaml(5, "k9s"), "git/mlflow.yaml": gitDeployment },
      },
    ],
    passing: [
      {
        name: "as Git says",
        files: {
          "cluster.yaml": `${applicationYaml({ sync: "Synced" })}---\n${deploymentYaml(1, "argocd-controller")}`,
          "git/mlflow.yaml": gitDeployment,
        },
      },
      {
        name: "what a controller wrote is nobody's hand",
        files: { "cluster.yaml": deploymentYaml(5, "keda"), "git/mlflow.yaml": gitDeployment },
      },
    ],
  },
  *check({ drifts, production }): Iterable<LiveVerdict> {
    for (const [first, all] of byResource(drifts.filter((one) => one.hand && !isPlanned(one)))) {
      const last = newest(all) ?? first;
      const heals = first.selfHeal ? " Argo CD heals it by itself: something keeps it from doing so." : "";
      yield {
        kind: "finding",
        subject: subjectOf(first),
        key: wordsOf(first),
        place: placeOf(first),
        severity: grave(production),
        message: `${wordsOf(first)}: ${fieldsOf(all)}; written by ${last.author ?? "?"} at ${last.since ?? "an unknown time"}.${heals}`,
        fix: fixOf(first),
      };
    }
  },
});

function isPlanned({ held }: LiveDrift): boolean {
  return held?.planned === true;
}

function fixOf({ application, held }: LiveDrift): string {
  const back =
    application === null ? "apply Git's file again." : `put it back: millwright drift put-back ${application.name}`;
  if (held === undefined) return `Bring it into Git, or ${back}`;
  return `Leave it for now: it is ${wordsOfHold(held)}. Bring it into Git, or, once that has ended, ${back}`;
}

function placeOf({ resource: { kind, namespace, name } }: LiveDrift): string {
  return `${namespace === "" ? "_" : namespace}/${kind}/${name}`;
}

const outOfSync = defineLiveRule({
  id: "drift-out-of-sync",
  title: "An Application is not in sync, and nobody changed it by hand",
  group: "drift",
  severity: "medium",
  why: "Git says one thing and the platform runs another: either a merge was never rolled out, or something writes against Git.",
  sources: ["argoproj/argo-cd pkg/apis/application/v1alpha1/types.go, SyncStatusCode"],
  fix: "Sync it in its window, or bring into Git what is meant to stay.",
  needs: ["applications", "drifts"],
  examples: {
    failing: [
      {
        name: "Git moved on since the last sync",
        files: { "cluster.yaml": applicationYaml({ syncedRevision: "0000000" }) },
      },
    ],
    passing: [{ name: "in sync", files: { "cluster.yaml": applicationYaml({ sync: "Synced" }) } }],
    unknown: [{ name: "Argo CD has not compared it", files: { "cluster.yaml": applicationYaml({ sync: "Unknown" }) } }],
  },
  *check({ applications, drifts }): Iterable<LiveVerdict> {
    for (const one of applications) {
      const subject = `application/${one.name}`;
      if (one.sync === "Unknown")
        yield {
          kind: "unknown",
          subject,
          why: `Argo CD has not compared ${one.name}`,
          howToLearn: `argocd app get ${one.name}`,
        };
      if (one.sync !== "OutOfSync") continue;
      const all = drifts.filter(({ application }) => application?.name === one.name);
      const own = all.filter((drift) => !isPlanned(drift));
      // What is held down is out of sync on purpose; what was changed by hand is the other rule's.
      if (all.length > 0 && own.every(({ hand }) => hand)) continue;
      yield {
        kind: "finding",
        subject,
        place: `${one.namespace}/Application/${one.name}`,
        message: `${one.name} is out of sync (${one.behind ? "Git moved on since its last sync" : "its target is the one that was synced"}): ${own.length === 0 ? "Argo CD does not say in which resources" : fieldsOf(own)}.`,
        fix: `See \`argocd app diff ${one.name}\`, then sync it in its window.`,
      };
    }
  },
});

const unhealthy = defineLiveRule({
  id: "drift-application-unhealthy",
  title: "An Application is degraded, or its last sync failed",
  group: "drift",
  severity: "high",
  why: "Argo CD could not bring the platform where Git wants it, or what it brought there does not work.",
  sources: ["https://argo-cd.readthedocs.io/en/stable/operator-manual/health/"],
  fix: "Look at the Application's events and its pods; mend it in Git.",
  needs: ["applications"],
  examples: {
    failing: [
      { name: "degraded", files: { "cluster.yaml": applicationYaml({ sync: "Synced", health: "Degraded" }) } },
      { name: "the last sync failed", files: { "cluster.yaml": applicationYaml({ phase: "Failed" }) } },
    ],
    passing: [{ name: "healthy", files: { "cluster.yaml": applicationYaml({ sync: "Synced" }) } }],
  },
  *check({ applications, production }): Iterable<LiveVerdict> {
    for (const one of applications) {
      const fault = faultOf(one);
      if (fault === undefined) continue;
      yield {
        kind: "finding",
        subject: `application/${one.name}`,
        place: `${one.namespace}/Application/${one.name}`,
        severity: grave(production),
        message: `${one.name}: ${fault}`,
        fix: `\`argocd app get ${one.name}\`, then the pods it names.`,
      };
    }
  },
});

function faultOf({ health, message, unhealthySince, operation }: LiveApplication): string | undefined {
  if (health === "Degraded" || health === "Missing")
    return `${health}${unhealthySince === null ? "" : ` since ${unhealthySince}`}${message === "" ? "" : `: ${message}`}`;
  return operation !== null && ["Failed", "Error"].includes(operation.phase)
    ? `its last sync ended ${operation.phase}: ${operation.message}`
    : undefined;
}

const rightByHand = defineLiveRule({
  id: "drift-right-by-hand",
  title: "A person or a group can change the whole platform by hand",
  group: "drift",
  severity: "medium",
  why: "Whoever can write everywhere will, in an incident and out of habit: then Git no longer says what runs, and the second person's review is a courtesy.",
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"],
  fix: "Bind people to `view`, and keep an emergency role that is handed out, logged and taken back.",
  needs: ["writers"],
  examples: {
    failing: [
      { name: "a team that is cluster-admin", files: { "cluster.yaml": bindingYaml("{ kind: Group, name: team }") } },
    ],
    passing: [
      { name: "people who only look", files: { "cluster.yaml": bindingYaml("{ kind: Group, name: team }", "view") } },
      {
        name: "Argo CD's own account",
        files: {
          "cluster.yaml": bindingYaml(
            "{ kind: ServiceAccount, namespace: argocd, name: argocd-application-controller }",
          ),
        },
      },
    ],
  },
  *check({ writers, production }): Iterable<LiveVerdict> {
    for (const { kind, name, powers, places, bindings } of writers) {
      const strong = powers.includes("everything") || powers.includes("grant rights");
      if (kind === "ServiceAccount" || !places.includes("*") || !strong) continue;
      yield {
        kind: "finding",
        subject: `${kind.toLowerCase()}/${name}`,
        place: `_/${kind}/${name}`,
        severity: grave(production),
        message: `${kind} ${name} can: ${powers.join(", ")}, in the whole cluster (${bindings.join("; ")}).`,
        fix: `Take back ${bindings.join("; ")} or bind it to \`view\`.`,
      };
    }
  },
});

export const driftRules: readonly LiveRule[] = [byHand, outOfSync, unhealthy, rightByHand];
