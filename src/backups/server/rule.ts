import type { Rule, Severity } from "../../systems/contract.ts";
import type { BackupState } from "./state.ts";

/** What a rule says of an environment's backups. */
export interface BackupVerdict {
  readonly subject: string;
  readonly message: string;
  readonly fix: string;
  readonly severity?: Severity;
}

/** A rule about the backups that the server sees. Its examples are states, in YAML, of which only what it reads is given. */
export interface BackupRule
  extends Pick<Rule, "id" | "title" | "group" | "severity" | "why" | "sources" | "fix" | "examples"> {
  /** Whether it is an incident at once, wherever it shows. */
  readonly incident: boolean;
  check(state: BackupState): Iterable<BackupVerdict>;
}

export const group = "backups";
export const sources = ["docs/backups.md"];
export const hour = 3_600_000;

/** A state of production as a rule's page shows it. */
export function example(name: string, text: string) {
  return [
    { name, files: { "state.yaml": `environment: production\nnow: "2026-11-20T12:00:00.000Z"\n${text}` } },
  ] as const;
}

/** How long from one moment to another, in words. */
export function span(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 6) / 10} hours`;
}
