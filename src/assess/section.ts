import { type Instant, parseInstant } from "../kernel/instant.ts";
import type { KubeMetadata } from "../kernel/kube.ts";
import { type Mark, type Row, rankOfMark, type Section, type Unseen, worstMark } from "../reports/assess/assessment.ts";

export interface SectionDraft {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly unseen?: readonly Unseen[];
  /** What it says when there is nothing to judge, and nothing unseen. */
  readonly none: string;
  /** What it says when all is well; `${count}` rows. */
  readonly fine: (count: number) => string;
  /** What it says of what is not: the bad and the worth a look. */
  readonly faulty: { readonly bad: (count: number) => string; readonly warn: (count: number) => string };
  /** Rows that are good are counted, not listed. */
  readonly quiet?: boolean;
}

/** Rows worst first, and the section's answer from them. What could not be seen is never read as fine. */
export function section(draft: SectionDraft): Section {
  const { rows, unseen = [] } = draft;
  const sorted = [...rows].sort(
    (a, b) => rankOfMark(a.mark) - rankOfMark(b.mark) || a.cells.join("\0").localeCompare(b.cells.join("\0")),
  );
  const shown = draft.quiet === true ? sorted.filter(({ mark }) => mark !== "good") : sorted;
  return {
    id: draft.id,
    title: draft.title,
    mark: worstMark([...rows.map(({ mark }) => mark), ...(unseen.length > 0 ? (["unknown"] as const) : [])]),
    summary: summary(draft, unseen),
    columns: draft.columns,
    rows: shown,
    quiet: sorted.length - shown.length,
    unseen,
  };
}

function summary({ rows, none, fine, faulty }: SectionDraft, unseen: readonly Unseen[]): string {
  const count = (mark: Mark): number => rows.filter((row) => row.mark === mark).length;
  const open = count("unknown");
  if (rows.length === 0) return unseen.length > 0 ? "Not known: it could not be seen." : none;
  const said = [
    ...(count("bad") > 0 ? [faulty.bad(count("bad"))] : []),
    ...(count("warn") > 0 ? [faulty.warn(count("warn"))] : []),
  ];
  if (said.length > 0) return `${said.join(", ")}${open > 0 ? `, ${open} not known` : ""}.`;
  return open > 0 || unseen.length > 0
    ? `Nothing wrong in what was seen; ${open + unseen.length} not known.`
    : fine(count("good"));
}

/** `namespace/name`, or the name of what belongs to the cluster. */
export function placed({ name, namespace }: Pick<KubeMetadata, "name" | "namespace">): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** `3 d`, `5 h`, `12 min`; undefined for no or an unreadable moment. */
export function ageOf(moment: string | undefined, now: Instant): string | undefined {
  const hours = hoursSince(moment, now);
  if (hours === undefined) return undefined;
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  return hours >= 1 ? `${Math.floor(hours)} h` : `${Math.max(0, Math.floor(hours * 60))} min`;
}

/** Hours from a moment to now; negative in the future. */
export function hoursSince(moment: string | undefined, now: Instant): number | undefined {
  const at = moment === undefined ? undefined : parseInstant(moment);
  return at === undefined ? undefined : (Date.parse(now) - Date.parse(at)) / 3_600_000;
}

/** Whole days from now to a moment, negative when it is past. */
export function daysUntil(moment: string | undefined, now: Instant): number | undefined {
  const hours = hoursSince(moment, now);
  return hours === undefined ? undefined : Math.floor(-hours / 24);
}

export { counted } from "../kernel/count.ts";

/** Namespaces of the cluster's own machinery, which its provider maintains. */
export function isOwnMachinery(namespace: string | undefined): boolean {
  return namespace !== undefined && namespace.startsWith("kube-");
}
