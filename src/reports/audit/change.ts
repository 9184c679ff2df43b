import { sentence as ended } from "../../kernel/count.ts";
import type { Move } from "../../systems/contract.ts";

/** A moved version in words: `gitlab 8.1.8 → 8.2.0 in production`. */
export function moveAsWords(move: Move): string {
  const where = move.environment === undefined ? "" : ` in ${move.environment}`;
  const what = move.component === null || move.component === move.name ? move.name : `${move.component}: ${move.name}`;
  return `${what} ${move.from} → ${move.to}${where}`;
}

/** Whether it may be made in one step, as one word. */
export function verdictAsWord({ verdict }: Move): "allowed" | "refused" | "unknown" {
  switch (verdict.kind) {
    case "legal":
      return "allowed";
    case "illegal":
      return "refused";
    case "unknown":
      return "unknown";
  }
}

/** Why a move is refused or not known, and what to do about it; undefined for an allowed one. */
export function reasonOf({ verdict }: Move): { readonly why: string; readonly next: string } | undefined {
  switch (verdict.kind) {
    case "legal":
      return undefined;
    case "illegal":
      return { why: sentence(verdict.why), next: sentence(verdict.insteadDo) };
    case "unknown":
      return { why: sentence(verdict.why), next: ended(`What tells: ${verdict.howToLearn}`) };
  }
}

/** Facts are phrases; here they stand as sentences of their own. */
function sentence(phrase: string): string {
  return ended(phrase.slice(0, 1).toUpperCase() + phrase.slice(1));
}
