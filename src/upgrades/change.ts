import { counted } from "../kernel/count.ts";
import { judgeGitlab, judgeWindow } from "./change-gitlab.ts";
import { downgrade, illegal, type MoveContext, type MoveVerdict, plainOf, unknown } from "./change-verdict.ts";
import type { SystemUpgrade, UpgradeFacts } from "./facts.ts";
import { byNumbers, majorOf, numbersOf } from "./gitlab-facts.ts";
import { systemIdOf } from "./plan.ts";

export type { MoveContext, MoveVerdict } from "./change-verdict.ts";

/** Judges one move by the facts. Never throws for odd versions: what cannot be read is unknown. */
export function judgeMove(
  system: string,
  from: string,
  to: string,
  facts: UpgradeFacts,
  context: MoveContext = {},
): MoveVerdict {
  const id = systemIdOf(facts, system);
  const [start, goal] = [plainOf(from), plainOf(to)];
  if (id === undefined) return unknown(`no upgrade rules are known for ${system}`, "read its release notes");
  if (start === undefined || goal === undefined) {
    return unknown(`${start === undefined ? from : to} is not one version`, "pin both sides, then compare again");
  }
  return byNumbers(start, goal) === 0 ? { kind: "legal" } : judgeKnown(id, start, goal, facts, context);
}

function judgeKnown(id: string, from: string, to: string, facts: UpgradeFacts, context: MoveContext): MoveVerdict {
  if (id === "gitlab") return judgeGitlab(facts, from, to, context);
  const isDatastore = id === "postgresql" || id === "redis";
  const window = isDatastore ? judgeWindow(facts, id, from, to, context.gitlab) : undefined;
  const system = facts.systems.systems.find((one) => one.id === id);
  return window ?? (system === undefined ? { kind: "legal" } : judgeSystem(facts, system, from, to));
}

function judgeSystem(facts: UpgradeFacts, system: SystemUpgrade, from: string, to: string): MoveVerdict {
  if (byNumbers(from, to) > 0) return judgeDowngrade(facts, system, from, to);
  if (system.retired !== undefined) {
    return illegal("retired", system.retired.why, system.retired.insteadDo, system.source, "recommended");
  }
  if (system.id === "postgresql" && majorOf(from) !== majorOf(to)) {
    return unknown(
      `a data directory of PostgreSQL ${majorOf(from)} does not start under ${majorOf(to)}: whether the data was moved, Git does not say`,
      "the record of the dump and restore, or `SHOW server_version_num` on the new server",
    );
  }
  return system.sequence === "every-minor" ? judgeMinors(system, from, to) : { kind: "legal" };
}

function judgeMinors(system: SystemUpgrade, from: string, to: string): MoveVerdict {
  const [major, minor = 0] = numbersOf(from);
  const [nextMajor, nextMinor = 0] = numbersOf(to);
  if (major !== nextMajor) {
    const why = `${system.title} goes one minor at a time, and how many minors ${major}.x has is not known`;
    return unknown(why, "its release list");
  }
  const skipped = nextMinor - minor - 1;
  if (skipped <= 0) return { kind: "legal" };
  return illegal(
    system.id === "kubernetes" ? "skew" : "minor-step",
    `${system.title} ${from} to ${to} skips ${counted(skipped, "minor")}`,
    `go to the newest patch of ${major}.${minor + 1} first`,
    system.source,
    system.strength ?? "required",
  );
}

function judgeDowngrade(facts: UpgradeFacts, system: SystemUpgrade, from: string, to: string): MoveVerdict {
  const samePostgresqlMajor = system.id === "postgresql" && majorOf(from) === majorOf(to);
  if (system.downgrade === "revert" || samePostgresqlMajor) return { kind: "legal" };
  if (system.downgrade === "unknown") {
    return unknown(
      `no source says that ${system.title} ${to} works with what ${from} has written`,
      "its release notes",
    );
  }
  return downgrade(facts, system.id, from, to, `restore what was backed up from ${to}`);
}
