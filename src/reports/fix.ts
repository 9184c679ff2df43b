import type { FixPlan } from "../inventory/fix.ts";
import { type FixedFiles, unifiedDiff } from "../inventory/fix-files.ts";
import { sentence } from "../kernel/count.ts";
import { indented, type Paper, shown, styled, table } from "./table.ts";

/** The change as `patch` takes it; why each version was chosen, and what is not known, stand above as comments. */
export function fixAsDiff(plan: FixPlan, fixed: FixedFiles, done: string, paper: Paper): string {
  const reasons = plan.edits.map(
    ({ pin, from, to, because }) =>
      `# ${shown(`${pin.file}:${pin.line} ${pin.name}: ${from ?? "no version"} → ${to.version} (${because})`)}`,
  );
  const diffs = fixed.files.map(({ file, before, after }) => coloured(unifiedDiff(file, before, after), paper));
  return [
    ...reasons,
    ...diffs,
    ...unknownLines(plan, fixed),
    ...(done === "" ? [] : [`# ${done}`]),
    ...(plan.edits.length === 0 && plan.unknown.length === 0 ? ["# Nothing to fix: every pin names one release."] : []),
  ].join("\n");
}

function coloured(diff: string, paper: Paper): string {
  return diff
    .trimEnd()
    .split("\n")
    .map((line) =>
      /^\+(?!\+\+)/.test(line)
        ? styled(paper, "green", line)
        : /^-(?!--)/.test(line)
          ? styled(paper, "red", line)
          : line,
    )
    .join("\n");
}

/** Pins without a known version, below what would tell: most share one remedy. */
function unknownLines(plan: FixPlan, fixed: FixedFiles): readonly string[] {
  const groups = Map.groupBy([...plan.unknown, ...fixed.unknown], ({ howToLearn }) => howToLearn);
  return [...groups].flatMap(([howToLearn, members]) => [
    `# Nothing written here, since the version is not known. What tells: ${shown(sentence(howToLearn))}`,
    ...members.map(({ pin }) => `#   ${shown(`${pin.file}:${pin.line}  ${pin.kind} ${pin.name}`)}`),
  ]);
}

/** The fixes as a table. */
export function fixAsText(plan: FixPlan, fixed: FixedFiles, done: string, paper: Paper): string {
  const rows = plan.edits.map(({ pin, from, to, because }) => [
    shown(`${pin.file}:${pin.line}`),
    shown(pin.name),
    from ?? "-",
    to.version,
    shown(because),
  ]);
  const unknown = [...plan.unknown, ...fixed.unknown];
  return [
    ...(rows.length === 0 ? [] : [table(paper, ["place", "name", "from", "to", "by"], rows), ""]),
    ...unknown.map(({ pin, why, howToLearn }) =>
      indented(
        paper,
        shown(`${pin.file}:${pin.line} ${pin.name}: ${sentence(why)} What tells: ${sentence(howToLearn)}`),
        "    ",
        "  ? ",
      ),
    ),
    done === "" ? `${plan.edits.length} to fix, ${unknown.length} not known` : done,
  ].join("\n");
}
