import type { Reply } from "../../api/types.ts";

export type ComponentHealth = Reply<"/health">["components"][number];

/** Worst first, then by environment and name. */
export const kinds = ["unhealthy", "affected", "unknown", "healthy"] as const;

/** Why a component is held for what it is: the answer that decides. */
export function whyOf({ health, causes, trouble, unknown, answers }: ComponentHealth): string {
  const [bad] = trouble;
  const [open] = unknown;
  const more = (all: readonly unknown[]): string => (all.length > 1 ? ` (and ${all.length - 1} more)` : "");
  switch (health) {
    case "unhealthy":
      return bad === undefined ? "One of its probes answers badly." : `${bad.subject}: ${bad.evidence}${more(trouble)}`;
    case "affected":
      return `Look at ${causes.join(", ")} first${bad === undefined ? "" : `. Here: ${bad.evidence}`}`;
    case "unknown":
      return open === undefined
        ? "None of its probes says good or bad of it."
        : `${open.subject}: ${open.evidence}${more(unknown)}`;
    case "healthy":
      return open === undefined
        ? allGood(answers)
        : `What is known is good; not known: ${open.subject}${more(unknown)}`;
  }
}

function allGood(answers: number): string {
  return answers === 1 ? "Its one answer is good." : `Nothing bad in ${answers} answers.`;
}

/** Those of a kind (all when undefined), worst first. */
export function worstFirst(
  components: readonly ComponentHealth[],
  wanted: string | undefined,
  text: string | undefined,
): readonly ComponentHealth[] {
  const part = text?.toLowerCase() ?? "";
  return components
    .filter(({ health, component, system }) => {
      const named = `${component} ${system}`.toLowerCase().includes(part);
      return named && (wanted === undefined || health === wanted);
    })
    .toSorted(
      (a, b) =>
        kinds.indexOf(a.health) - kinds.indexOf(b.health) ||
        a.environment.localeCompare(b.environment) ||
        a.component.localeCompare(b.component),
    );
}
