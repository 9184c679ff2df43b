import * as z from "zod";
import type { Instant } from "../../kernel/instant.ts";
import type { KubeObject } from "../../kernel/kube.ts";
import type { Application } from "./application.ts";
import { parseDuration, parseSchedule, startsBetween } from "./cron.ts";

/*
 * Whether the sync windows of an AppProject let somebody sync an Application now: argoproj/argo-cd,
 * pkg/apis/application/v1alpha1 (`SyncWindows.Matches`, `Active`, `CanSync`) and docs/user-guide/sync_windows.md. Argo CD's API
 * server asks this before it takes a sync; who writes the operation itself has to ask it too.
 */

const Window = z.object({
  kind: z.string(),
  schedule: z.string(),
  duration: z.string(),
  applications: z.array(z.string()).nullish(),
  namespaces: z.array(z.string()).nullish(),
  clusters: z.array(z.string()).nullish(),
  manualSync: z.boolean().nullish(),
  timeZone: z.string().nullish(),
  andOperator: z.boolean().nullish(),
});
type Window = z.infer<typeof Window>;

const Project = z.object({ spec: z.object({ syncWindows: z.array(Window).nullish() }) });

/** Why a sync by hand is not allowed now; undefined when it is. */
export function whyNoSync(project: KubeObject, application: Application, now: Instant): string | undefined {
  const windows = (Project.parse(project).spec.syncWindows ?? []).filter((window) => isFor(window, application));
  const states = windows.map((window) => ({ window, active: isActive(window, now) }));
  const strange = states.find(({ active }) => active === undefined);
  if (strange !== undefined)
    return `the sync window "${strange.window.schedule}" for ${strange.window.duration} is not understood; see: argocd proj windows list ${project.metadata.name}`;
  const shut = shutBy(states);
  return shut === undefined
    ? undefined
    : `the sync window "${shut.schedule}" for ${shut.duration} (${shut.kind}) of project ${project.metadata.name} does not let it be synced now`;
}

interface State {
  readonly window: Window;
  readonly active: boolean | undefined;
}

function shutBy(states: readonly State[]): Window | undefined {
  const byHand = (window: Window): boolean => window.manualSync === true;
  const denying = states.filter(({ window, active }) => window.kind === "deny" && active === true);
  if (denying.length > 0) return denying.find(({ window }) => !byHand(window))?.window;
  const allowing = states.filter(({ window }) => window.kind === "allow");
  if (allowing.some(({ active }) => active === true)) return undefined;
  return allowing.find(({ window }) => !byHand(window))?.window;
}

function isActive({ schedule, duration, timeZone }: Window, now: Instant): boolean | undefined {
  const [parsed, millis] = [parseSchedule(schedule), parseDuration(duration)];
  if (parsed === undefined || millis === undefined) return undefined;
  const wall = Date.parse(now) + offsetOf(timeZone ?? "UTC", now);
  return startsBetween(parsed, wall - millis, wall);
}

/** Milliseconds that a zone is ahead of UTC at a moment; of a zone that is not known, none, as Argo CD does it. */
function offsetOf(timeZone: string, now: Instant): number {
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    const name = format.formatToParts(new Date(now)).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes = "0"] = /GMT([+-])(\d{2}):?(\d{2})?/.exec(name) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes)) * 60_000;
  } catch {
    return 0;
  }
}

function isFor(window: Window, { name, spec: { destination } }: Application): boolean {
  const { namespace = "", server = "", name: cluster = "" } = destination;
  const asked = [
    { patterns: window.applications ?? [], texts: [name] },
    { patterns: window.clusters ?? [], texts: [cluster, server].filter((text) => text !== "") },
    { patterns: window.namespaces ?? [], texts: [namespace] },
  ].filter(({ patterns }) => patterns.length > 0);
  const fits = ({ patterns, texts }: (typeof asked)[number]): boolean =>
    patterns.some((pattern) => texts.some((text) => globOf(pattern).test(text)));
  return window.andOperator === true ? asked.length > 0 && asked.every(fits) : asked.some(fits);
}

/** `*`, `?` and `{a,b}` of a glob; everything else is itself. */
function globOf(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^$()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
    .replaceAll(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(",", "|")})`);
  try {
    return new RegExp(`^${source}$`);
  } catch {
    // A pattern that cannot be read might mean this application: then it counts.
    return /^/;
  }
}
