import type { Difference } from "../drift/compare.ts";
import type { KubeObject } from "../kernel/kube.ts";
import { formatPath, type Step } from "../kernel/tree.ts";
import { redactUrls } from "../kernel/url.ts";

/** What a value is shown as that may be a secret. */
const hidden = "(not shown: it may be a secret)";

/** Names under which secrets stand in environments, arguments and settings. */
const secretName =
  /pass(?:word|wd|phrase)?|secret|token|credential|api[-_]?key|access[-_]?key|private|dsn|auth|salt|cookie/i;

/** Git's and the live value of a field as they may be seen, in a table, a notice and a plan. */
export function shownValues(
  object: KubeObject,
  { path, desired, live }: Pick<Difference, "path" | "desired" | "live">,
): { readonly git: string; readonly live: string; readonly secret: boolean } {
  if (mayBeSecret(object, path) || secretName.test(desired) || secretName.test(live ?? ""))
    return { git: hidden, live: live === undefined ? "not there" : "differs", secret: true };
  return { git: redactUrls(desired), live: live === undefined ? "not there" : redactUrls(live), secret: false };
}

function mayBeSecret(object: KubeObject, path: readonly Step[]): boolean {
  if (object.kind === "Secret" || path.some((step) => typeof step === "string" && secretName.test(step))) return true;
  // The value of an environment's variable is told by the name beside it.
  return path.some((_, index) => secretName.test(nameAt(object, path.slice(0, index + 1))));
}

function nameAt(object: unknown, path: readonly Step[]): string {
  const here = path.reduce<unknown>((above, step) => partsOf(above)[step], object);
  const { name, value } = partsOf(here);
  // Only of what holds a value: a container may well be called `auth`.
  return typeof name === "string" && value !== undefined ? name : "";
}

function partsOf(value: unknown): Readonly<Record<Step, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<Step, unknown>) : {};
}

/** `spec.replicas`, cut where a list's place says less than its item's name. */
export function fieldName(path: readonly Step[]): string {
  return formatPath(path).slice(0, 400);
}
