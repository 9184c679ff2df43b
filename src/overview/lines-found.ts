import { sql } from "kysely";
import { environmentsOf } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import { togetherOf } from "../findings/work.ts";
import { certificatesOf } from "../incidents/cause.ts";
import { counted } from "../kernel/count.ts";
import type { Instant } from "../kernel/instant.ts";
import { listFacts } from "../live/store.ts";
import type { Store } from "../store/store.ts";
import type { Severity } from "../systems/contract.ts";
import { knownKey } from "./known.ts";
import { command, type Line, place } from "./line.ts";
import { certificateCauses, type Told } from "./one-event.ts";
import type { OpenGroup } from "./open-findings.ts";

/** Findings of one rule in one environment that are open. */
interface Found {
  readonly rule: string;
  readonly environment: string | null;
  readonly severity: Severity;
  readonly count: number;
  readonly since: Instant;
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly fix: string;
  readonly places: readonly { readonly file: string }[];
}

/** Drift is said thing by thing; of the rest a rule's findings in one environment are one line. */
const mostDrifts = 50;

/** What differs from what was decided, and what is open to harm. */
export async function linesFound({ store, principal, services }: RouteContext): Promise<readonly Told[]> {
  const visible = environmentsOf(principal, "viewer");
  const [open, drifts, offers] = await Promise.all([
    services.need(knownKey).openFindings(store, visible),
    driftsOf(store, visible),
    listFacts(store, "put-back", { visible }),
  ]);
  const offered = new Set(offers.map(({ environment, content }) => `${environment}/${content.application.name}`));
  return [
    ...together(open).map((found) => lineOf(found)),
    ...drifts.map((found) => withPutBack(lineOf(found), found, offered)),
  ];
}

/** What was changed by hand in an Application can be put back with one request; the finding stays one click away. */
function withPutBack(line: Told, { rule, subject, environment }: Found, offered: ReadonlySet<string>): Told {
  const application = subject.replace(/^application\//, "");
  if (rule !== "drift-by-hand" || environment === null || !offered.has(`${environment}/${application}`)) return line;
  const next: Line["next"] = {
    label: "Have Argo CD put it back",
    cli: command(`drift put-back ${application}`, { environment }),
    route: line.next.route,
    action: {
      method: "POST",
      path: "/api/v1/drift/put-back",
      body: { application, environment },
      asks: [],
      needs: "operator",
      effect: "outside",
    },
  };
  return { ...line, next };
}

const inSight = (visible: readonly string[] | undefined) =>
  visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;

/** Wherever they are, these are worth a line. */
const alwaysSaid = ["branch-unreviewed", "health-needs-care"];

/** One a rule and environment: its worst finding stands for all of them. */
function together(open: readonly OpenGroup[]): readonly Found[] {
  const said = open.filter(
    ({ rule, group, urgency }) =>
      !rule.startsWith("drift-") &&
      rule !== "health-not-known" &&
      (urgency <= 3 || group === "end-of-life" || alwaysSaid.includes(rule)),
  );
  const byPlace = Map.groupBy(said, ({ rule, environment }) => `${rule}\n${environment ?? ""}`);
  return [...byPlace.values()].flatMap((groups) => {
    const [worst] = groups;
    if (worst === undefined) return [];
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    const since = groups.map((group) => group.since).toSorted()[0] ?? worst.since;
    return [{ ...worst, count, since }];
  });
}

async function driftsOf(store: Store, visible: readonly string[] | undefined): Promise<readonly Found[]> {
  const { rows } = await sql<Found>`
    select rule, environment, 1 as count, first_seen_at as since, id, title, subject, message, fix, severity, places
    from finding
    where state = 'open' and ${inSight(visible)} and (rule like 'drift-%' or rule = 'health-not-known')
    order by urgency, id limit ${mostDrifts}`.execute(store.tables());
  return rows;
}

/** `deployment/gitlab/webservice` is of gitlab; a subject without slashes names no component. */
function componentOf({ rule, subject }: Found): { readonly component?: string } {
  const [, component] = /^(?:component|observation)\/([^/]+)/.exec(subject) ?? [];
  return component === undefined || !rule.startsWith("health-") ? {} : { component };
}

function kindOf(rule: string): Line["kind"] {
  if (rule.startsWith("drift-")) return "drift";
  return rule === "health-not-known" ? "unproven" : "exposed";
}

function lineOf(found: Found): Told {
  const { rule, id, count, title, subject, message, severity } = found;
  const environment = found.environment ?? undefined;
  const causes = [
    `finding/${id}`,
    `work/${togetherOf(found).key}`,
    ...certificateCauses(found.environment, certificatesOf(found)),
  ];
  const shown = { severity, since: found.since, environment: found.environment, count, causes };
  if (count > 1)
    return {
      ...shown,
      id: `found/${rule}/${environment ?? ""}`,
      kind: kindOf(rule),
      title: `${title}: ${counted(count, "finding")}`,
      why: `the worst of them, ${subject}: ${message}`,
      next: {
        label: "See all of them",
        cli: command("finding list", { rule, environment }),
        route: place("/findings", { rule, environment }),
      },
    };
  return {
    ...shown,
    ...componentOf(found),
    id: `found/${id}`,
    kind: kindOf(rule),
    title: `${title}: ${subject}`,
    why: message,
    next: { label: found.fix, cli: command(`finding show ${id}`), route: place(`/findings/${id}`) },
  };
}
