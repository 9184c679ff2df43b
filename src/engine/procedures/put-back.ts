import * as z from "zod";
import type { Drift } from "../actions/argocd.ts";
import { Workload, wordsOf } from "../actions/workload.ts";
import { ApplicationName, SyncResource, wordsOfResource } from "../argocd/application.ts";
import { defineProcedure, type PlanDraft } from "../plan.ts";
import { Measured, measuredAfter, measuredBefore } from "./measured.ts";
import { rolledOut, serves } from "./restart.ts";

type Step = PlanDraft["steps"][number];

/** What an approval is for, in words: Git's value against the live one. A secret's are never among them. */
const Change = z.object({
  resource: z.string().max(400),
  field: z.string().max(400),
  git: z.string().max(400),
  live: z.string().max(400),
  since: z.string().max(40).optional(),
  author: z.string().max(200).optional(),
});

/**
 * Has Argo CD put back what was changed by hand, the named resources alone. The digest is of the very drift that was planned: an
 * approval of this plan is one of no other change.
 */
export const putBack = defineProcedure({
  id: "put-back",
  version: 1,
  title: "Put back what was changed by hand",
  arguments: z.object({
    application: ApplicationName,
    resources: z.array(SyncResource).min(1).max(100),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe("Of the drift, as `drift list` shows it"),
    changes: z.array(Change).max(200).default([]).describe("What is replaced, for whoever agrees"),
    measured: Measured.optional(),
  }),
  plan({ application, resources, digest, changes, measured }) {
    const drift = { application, resources, digest } satisfies Drift;
    const waiting = { application, resources, step: "sync" };
    const workloads = workloadsAmong(resources).slice(0, 10);
    const words = resources.map(wordsOfResource).join(", ");
    const steps: Step[] = [
      ...leases("take", application, workloads),
      ...workloads.map((one, index) => state(`before-${index + 1}`, one)),
      ...measuredBefore(measured),
      {
        name: "unchanged",
        title: `The drift is still the one that was planned (${digest.slice(0, 12)})`,
        kind: "check",
        action: "argocd/drift-unchanged",
        input: drift,
        retries: 3,
      },
      {
        name: "sync",
        title: `Argo CD puts back ${words}${said(changes)}. What was set by hand is gone then; who wants it again sets it again, in Git`,
        kind: "act",
        effect: "irreversible",
        action: "argocd/sync",
        input: drift,
        retries: 5,
        mayChangeData: true,
        ...(resources.some(holdsData) ? { receipt: { stores: [] } } : {}),
      },
      waitFor("synced", "Argo CD ends its sync", "argocd/synced", waiting, 900),
      waitFor("in-sync", `Argo CD finds ${words} as Git has them`, "argocd/in-sync", waiting, 600),
      ...workloads.flatMap((one, index) => [
        { ...rolledOut(one), name: `rolled-out-${index + 1}` },
        serves(`after-${index + 1}`, one, "serves afterwards"),
      ]),
      ...measuredAfter(measured, "sync"),
      ...leases("release", application, workloads),
    ];
    return { steps: steps.map((step) => ({ ...step, title: step.title.slice(0, 300) })) };
  },
});

/** Resources with which data can go: volumes, what owns them, and the custom resources of database operators. */
function holdsData({ group, kind }: z.infer<typeof SyncResource>): boolean {
  return (
    kind === "StatefulSet" ||
    kind === "PersistentVolumeClaim" ||
    kind === "PersistentVolume" ||
    /(?:^|\.)(?:cnpg\.io|zalan\.do|crunchydata\.com|mariadb\.com|redis\.opstreelabs\.in)$/.test(group)
  );
}

function said(changes: readonly z.infer<typeof Change>[]): string {
  const words = changes.slice(0, 2).map(({ field, git, live }) => `${field} from ${live} to ${git}`);
  return words.length === 0 ? "" : ` (${words.join("; ")}${changes.length > words.length ? " …" : ""})`;
}

function workloadsAmong(resources: readonly z.infer<typeof SyncResource>[]): readonly Workload[] {
  return resources.flatMap(({ group, kind, namespace, name }) => {
    const workload = Workload.safeParse({ namespace, kind: kind.toLowerCase(), name });
    return group === "apps" && workload.success ? [workload.data] : [];
  });
}

/** The Application's Lease keeps two runs from putting back at once, a workload's keeps a restart away. */
function leases(what: "take" | "release", application: ApplicationName, workloads: readonly Workload[]): Step[] {
  const held = [{ ...application, kind: "application" }, ...workloads];
  const steps = held.map(({ namespace, kind, name }, index): Step => {
    const of = `${kind} ${namespace}/${name}`;
    return {
      name: `${what}-lease-${index + 1}`,
      title: what === "take" ? `See that no other run changes ${of}` : `Let other runs change ${of} again`,
      kind: "act",
      effect: { reversible: "the Lease is given back" },
      action: `lease/${what}`,
      input: { namespace, kind, name },
      retries: 5,
    };
  });
  return what === "take" ? steps : steps.toReversed();
}

/** What was changed by hand may be why it does not serve: that is said, and hinders nothing. */
function state(name: string, workload: Workload): Step {
  const { namespace, kind, name: of } = workload;
  const title = `How ${wordsOf(workload)} stands before it is touched`;
  return { name, title, kind: "check", action: "workload/state", input: { namespace, kind, name: of }, retries: 3 };
}

function waitFor(name: string, title: string, action: string, input: Step["input"], deadlineSeconds: number): Step {
  return {
    name,
    title,
    kind: "wait",
    action,
    input,
    wait: { kind: "condition", everySeconds: 5, deadlineSeconds },
    retries: 20,
  };
}
