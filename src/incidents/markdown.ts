import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { Incident, IncidentEvent } from "./incident.ts";
import { type IncidentTables, incidentOf, timelineOf } from "./store.ts";

/** A transaction may be seen later than the moment it wrote down. */
const slackMillis = 3_600_000;

/** The pages of incidents that changed since a moment (all of them when left out), for the log's branch. */
export async function incidentDocuments(
  store: Store,
  since: Instant | undefined,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  let query = store.tables<IncidentTables>().selectFrom("incidents").selectAll().orderBy("id");
  if (since !== undefined) query = query.where("updated_at", ">=", instantOf(Date.parse(since) - slackMillis));
  const documents: { path: string; text: string }[] = [];
  for (const row of await query.execute()) {
    const incident = incidentOf(row);
    documents.push({
      path: incidentPath(incident),
      text: incidentAsMarkdown(incident, await timelineOf(store, row.id)),
    });
  }
  return documents;
}

/** `docs/incidents/2026-11-20-000003-gitlab-down.md`. */
function incidentPath({ id, openedAt, title }: Incident): string {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50)
    .replace(/^-+|-+$/g, "");
  return `docs/incidents/${openedAt.slice(0, 10)}-${String(id).padStart(6, "0")}${words === "" ? "" : `-${words}`}.md`;
}

/** An incident in the form of the repository's template. */
function incidentAsMarkdown(incident: Incident, timeline: readonly IncidentEvent[]): string {
  const of = (kind: IncidentEvent["kind"]) => timeline.filter((event) => event.kind === kind);
  const lines = [
    `# ${inline(incident.title)}`,
    "",
    `- **Kind:** ${incident.kind}`,
    `- **Severity:** ${incident.severity}`,
    `- **State:** ${incident.state}`,
    `- **Began / noticed / ended (UTC):** ${shown(incident.beganAt)} / ${shown(incident.openedAt)} / ${shown(incident.resolvedAt)}`,
    `- **Led by:** ${inline(incident.ledBy?.name ?? "nobody yet")}`,
    `- **Affected:** ${
      [incident.component, incident.environment]
        .filter((name) => name !== undefined)
        .map(inline)
        .join(", ") || "not said"
    }`,
    `- **Told:** ${
      of("called")
        .map(({ at, text }) => `${inline(text.replace(/^Called: /, ""))}, ${shown(at)}`)
        .join("; ") || "nobody by name"
    }`,
    ...section(
      "Assessment",
      of("opened").map(({ text }) => inline(text)),
    ),
    ...section("Timeline", [
      "| UTC | What was seen or done | Who |",
      "|---|---|---|",
      ...timeline.map(
        ({ at, text, kind, actor }) => `| ${shown(at)} | ${kind}: ${inline(text)} | ${inline(actor.name)} |`,
      ),
    ]),
    ...section(
      "Fix",
      listOr(
        [...of("override"), ...of("resolved")].map(({ text }) => inline(text)),
        "Not yet.",
      ),
    ),
    ...section("Review", reviewLines(incident)),
    ...section(
      "Follow-up",
      listOr(
        (incident.review?.actions ?? []).map(
          ({ what, who, until, debt }) =>
            `[ ] ${inline(what)}, ${inline(who)}, until ${inline(until)} (${inline(debt)})`,
        ),
        "None.",
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function reviewLines({ review, reviewDueAt }: Incident): readonly string[] {
  if (review === undefined) return [reviewDueAt === undefined ? "None is needed." : `Due ${shown(reviewDueAt)}.`];
  return [
    `By ${inline(review.by.name)}, ${shown(review.at)}.`,
    ...review.answers.flatMap(({ question, answer }) => ["", `**${question}**`, "", inline(answer) || "Not answered."]),
  ];
}

function listOr(items: readonly string[], none: string): readonly string[] {
  return items.length === 0 ? [none] : items.map((item) => `- ${item}`);
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ["", `## ${title}`, "", ...lines];
}

function shown(at: Instant | undefined): string {
  return at === undefined ? "not yet" : `${at.slice(0, 10)} ${at.slice(11, 16)}`;
}

/** One line without markup of its own. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "?")
    .trim();
}
