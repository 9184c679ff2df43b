import { type BlindSpot, refusals } from "./limits.ts";
import { aboutGuides, type GuideLine, type LineState } from "./line.ts";
import { code, table } from "./markdown.ts";
import type { Requirement } from "./requirement.ts";

/** `docs/coverage.md`: how far the product is, by id and by line of the guides, and what it cannot see. */
export function coverageMarkdown(
  requirements: readonly Requirement[],
  lines: readonly GuideLine[],
  blindSpots: readonly BlindSpot[],
): string {
  return `${[
    "# Coverage",
    `What the two guides ask for, and where it is done. ${aboutGuides} Generated from \`src/guides/\` by \`npm run docs\`; change it there.`,
    `${counts(requirements.map((requirement) => requirement.state))}. Routes are those of the control plane (\`millwright serve\`), below \`/api/v1\`; what has none is done by the command alone.`,
    table(["Id", "Asked", "State", "Command", "API route", "Test", "Missing"], requirements.map(requirementRow)),
    "## Lines of the guides",
    `${lines.length} lines. ${counts(lines.map((line) => line.state.kind))}. The page \`millwright guides -o html\` shows each.`,
    linesBySection(lines),
    "## What a repository cannot show",
    "These traps have no rule on files; each says what would tell.",
    table(["Trap", "Why", "What would tell", "Source"], blindSpots.map(blindSpotRow)),
    "## Make targets without their tool",
    "Each target was run with stand-ins that record their calls, and without its tool: it refuses, names what to install, and leaves with 3.",
    table(
      ["Target", "Tool"],
      refusals.map(({ target, tool }) => [code(`make ${target}`), code(tool)]),
    ),
  ].join("\n\n")}\n`;
}

function requirementRow(requirement: Requirement): readonly string[] {
  const { id, says } = requirement;
  if (requirement.state === "open") return [id, says, "open", "", "", "", requirement.missing];
  const tests = requirement.by.tests.map(code).join(", ");
  const state = requirement.state === "done" ? "done" : `partly: ${requirement.has}`;
  const missing = requirement.state === "done" ? "" : requirement.missing;
  const routes = (requirement.by.routes ?? []).map(code).join(", ");
  return [id, says, state, code(requirement.by.command), routes, tests, missing];
}

function blindSpotRow({ trap, why, whatWouldTell, source }: BlindSpot): readonly string[] {
  return [trap, why, whatWouldTell, source];
}

function linesBySection(lines: readonly GuideLine[]): string {
  const sections = new Map<string, GuideLine[]>();
  for (const line of lines) {
    const key = `${line.guide}: ${line.section}`;
    sections.set(key, [...(sections.get(key) ?? []), line]);
  }
  const kinds: readonly LineState["kind"][] = ["done-by", "in-kit", "absent-by-design", "open"];
  return table(
    ["Section", "Lines", "Done by a command", "In kit/", "Absent by design", "Open"],
    [...sections].map(([name, members]) => [
      name,
      `${members[0]?.id ?? ""}–${members.at(-1)?.id ?? ""}`,
      ...kinds.map((kind) => `${members.filter((line) => line.state.kind === kind).length || ""}`),
    ]),
  );
}

/** `3 done, 2 open`: in the order of first appearance. */
function counts(values: readonly string[]): string {
  const seen = new Map<string, number>();
  for (const value of values) seen.set(value, (seen.get(value) ?? 0) + 1);
  return [...seen].map(([value, count]) => `${count} ${value}`).join(", ");
}
