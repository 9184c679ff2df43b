import * as z from "zod";
import { cronOf, strikes } from "../cron.ts";

/*
 * Sync windows as Argo CD itself keeps them. The control plane has its own reading of the same documents (src/engine/argocd), which
 * refuses to ask for a sync that would be refused. The two are not shared, on purpose: what stands in for the other side must not
 * have its mistakes from the product, or a test on the lab would only show that a misreading agrees with itself.
 */

const Window = z.looseObject({
  kind: z.enum(["allow", "deny"]),
  schedule: z.string(),
  duration: z.string(),
  applications: z.array(z.string()).optional(),
  namespaces: z.array(z.string()).optional(),
  clusters: z.array(z.string()).optional(),
  manualSync: z.boolean().optional(),
  timeZone: z.string().optional(),
  andOperator: z.boolean().optional(),
});
type Window = z.infer<typeof Window>;

/** An AppProject's windows; one that is not valid is an error, since the real one refuses every sync then. */
export function windowsOf(project: Readonly<Record<string, unknown>> | undefined): readonly Window[] {
  const spec = (project?.["spec"] ?? {}) as { readonly syncWindows?: unknown };
  return z.array(Window).parse(spec.syncWindows ?? []);
}

interface Asking {
  readonly name: string;
  readonly namespace: string;
  readonly clusters: readonly string[];
}

/**
 * Whether a sync may run (argo-cd docs/user-guide/sync_windows.md and v1alpha1 `SyncWindows.CanSync`): without windows always; an
 * active deny wins, and lets a manual sync through only when every active deny says manualSync; with allow windows one must be
 * active, or the sync be manual and every inactive one say manualSync.
 */
export function maySync(windows: readonly Window[], asking: Asking, isManual: boolean, now: string): boolean {
  const own = windows.filter((window) => matches(window, asking));
  if (own.length === 0) return true;
  const active = own.filter((window) => isActive(window, now));
  const denies = active.filter(({ kind }) => kind === "deny");
  if (denies.length > 0) return isManual && denies.every(({ manualSync }) => manualSync === true);
  const allows = own.filter(({ kind }) => kind === "allow");
  if (allows.length === 0 || active.some(({ kind }) => kind === "allow")) return true;
  return isManual && allows.every(({ manualSync }) => manualSync === true);
}

function matches(window: Window, { name, namespace, clusters }: Asking): boolean {
  const checks = [
    window.applications?.some((one) => glob(one, name)),
    window.namespaces?.some((one) => glob(one, namespace)),
    window.clusters?.some((one) => clusters.some((cluster) => glob(one, cluster))),
  ].filter((check) => check !== undefined);
  return window.andOperator === true ? checks.length > 0 && checks.every(Boolean) : checks.some(Boolean);
}

function glob(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

/** Whether the schedule last struck less than `duration` ago. */
function isActive({ schedule, duration, timeZone }: Window, now: string): boolean {
  const minutes = Math.ceil(durationMs(duration) / 60_000);
  const start = Math.floor(Date.parse(now) / 60_000);
  const cron = cronOf(schedule);
  for (let ago = 0; ago < minutes; ago += 1) if (strikes(cron, (start - ago) * 60_000, timeZone)) return true;
  return false;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1h30m`, `90s`, as Go writes durations. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text)
    throw new Error(`time: invalid duration "${text}"`);
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
}
