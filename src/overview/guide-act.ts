import type { GuideLine } from "../guides/line.ts";
import type { Links } from "../guides/links.ts";
import type { OpenRule } from "./guide-facts.ts";
import type { GuideStanding } from "./guide-state.ts";
import { command, completion, type Next, place } from "./line.ts";

/** What a button beside a line does. */
export type Act = Next & {
  readonly kind: "complete-duty" | "show-findings" | "show-health" | "start-procedure" | "open-work-order" | "see";
};

export function actOf(line: GuideLine, links: Links, standing: GuideStanding, section: readonly GuideLine[]): Act {
  const [duty] = links.duties;
  if (duty !== undefined && standing.state !== "not-applicable") return completeDuty(duty);
  if (standing.open.length > 0) return showFindings(standing.open);
  if (links.metric !== undefined)
    return { kind: "show-health", label: "See the key metrics", cli: command("metric list"), route: place("/health") };
  if (links.systems.length > 0)
    return { kind: "show-health", label: "See how it is", cli: command("health"), route: place("/health") };
  if (links.checklist !== undefined) return startChecklist(links.checklist, section);
  if (standing.state === "open" || standing.state === "unknown") return openWork(line);
  return { kind: "see", label: "See it", cli: command(`guide show ${line.id}`), route: place(`/guides/${line.id}`) };
}

function completeDuty(duty: string): Act {
  return {
    kind: "complete-duty",
    label: `Record that the duty ${duty} was done`,
    cli: command(`duty complete ${duty}`, { evidence: "TEXT" }),
    route: place(`/work/duties/${duty}`),
    action: completion(duty),
  };
}

/** All that speak against the line, whichever of its rules found them. */
function showFindings(open: readonly OpenRule[]): Act {
  const filter = { rule: open.map(({ rule }) => rule).join(",") };
  return {
    kind: "show-findings",
    label: "See the findings",
    cli: command("finding list", filter),
    route: place("/findings", filter),
  };
}

/** The whole section at once: each line is attested by whoever did it. */
function startChecklist(title: string, section: readonly GuideLine[]): Act {
  const items = section.map(({ id, says }) => ({ title: `${id} ${says}` }));
  const given = { title, items };
  return {
    kind: "start-procedure",
    label: `Work through "${title}"`,
    cli: command("run start checklist", { environment: "production", arguments: JSON.stringify(given) }),
    route: place("/runs/new", { procedure: "checklist" }),
    action: {
      method: "POST",
      path: "/api/v1/runs",
      body: { procedure: "checklist", arguments: given },
      asks: ["environment"],
      needs: "operator",
      effect: "own",
    },
  };
}

function openWork({ id, says }: GuideLine): Act {
  const title = `${id} ${says}`.slice(0, 200);
  return {
    kind: "open-work-order",
    label: "Open a work order for it",
    cli: `${command(`work create '${title.replaceAll("'", `'\\''`)}'`)} --disruptive false --changes false`,
    route: place("/work/new", { title }),
    action: {
      method: "POST",
      path: "/api/v1/work-orders",
      body: { title, disruptive: false, changes: false },
      asks: [],
      needs: "operator",
      effect: "own",
    },
  };
}
