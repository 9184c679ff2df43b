import type { Origin } from "../calendar/work-order.ts";
import type { Line } from "./line.ts";

/** A line with what it is about, as others name it too: `finding/{id}`, `work/{key}`, `certificate/{environment}/{host}`. */
export interface Told extends Line {
  readonly causes?: readonly string[];
}

/**
 * One event is one line, though it is an incident, a finding and work at once: of lines that share a cause the first stays, and
 * names the others. Give them worst first.
 */
export function oneLineAnEvent(lines: readonly Told[]): readonly Line[] {
  const events: { readonly first: Told; readonly others: Told[] }[] = [];
  const byCause = new Map<string, (typeof events)[number]>();
  for (const line of lines) {
    const causes = line.causes ?? [];
    const known = causes.map((cause) => byCause.get(cause)).find((event) => event !== undefined);
    const event = known ?? { first: line, others: [] };
    if (known === undefined) events.push(event);
    else event.others.push(line);
    for (const cause of causes) if (!byCause.has(cause)) byCause.set(cause, event);
  }
  return events.map(({ first, others }) => withOthers(first, others));
}

function withOthers({ causes: _causes, ...line }: Told, others: readonly Told[]): Line {
  if (others.length === 0) return line;
  return { ...line, also: others.map(({ id, kind, title, next }) => ({ id, kind, title, route: next.route })) };
}

/** Certificates as causes: the same host in another environment is another certificate. */
export function certificateCauses(environment: string | null, certificates: readonly string[]): readonly string[] {
  return certificates.map((certificate) => `certificate/${environment ?? ""}/${certificate}`);
}

/** What is mended together is one piece of work. */
export function causesOfWork({ finding, together }: Extract<Origin, { readonly kind: "finding" }>): readonly string[] {
  return [`finding/${finding}`, ...(together === undefined ? [] : [`work/${together}`])];
}
