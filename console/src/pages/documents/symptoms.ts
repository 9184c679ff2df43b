import type { Reply } from "../../api/types.ts";

export type Symptom = Reply<"/documents/troubleshooting">["symptoms"][number];

export const kinds = ["probe", "rule", "guide"] as const;

const severities = ["critical", "high", "medium", "low"];

/** Those of a kind and a text (all when undefined): what shows now first, then the worst, else as they came. */
export function symptomsFor(
  symptoms: readonly Symptom[],
  {
    kind,
    text,
    now,
  }: { readonly kind?: string | undefined; readonly text?: string | undefined; readonly now?: string | undefined },
): readonly Symptom[] {
  const words = (text ?? "").toLowerCase().split(/\s+/);
  return symptoms
    .filter((one) => kind === undefined || !kinds.some((known) => known === kind) || one.kind === kind)
    .filter((one) => now !== "yes" || one.now !== undefined)
    .filter((one) => {
      const all = `${one.says} ${one.about} ${one.why} ${one.toDo} ${one.id}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank({ now, severity }: Symptom): number {
  const worst = severity === undefined ? severities.length : severities.indexOf(severity);
  return now === undefined ? 10 : worst;
}

/** Where what shows it is seen. */
export function routeOf({ kind, id }: Symptom): string {
  const [, first = ""] = id.split(":");
  switch (kind) {
    case "rule":
      return `/findings?rule=${encodeURIComponent(first)}`;
    case "probe":
      return "/health";
    case "guide":
      return `/guides/${encodeURIComponent(first)}`;
  }
}
