import { counted } from "../../kernel/count.ts";
import { ArchivedRepositories, type ProvedArchive } from "../kinds/gitlab/prove-archived.ts";
import type { Gathered, Problem, Proving } from "../proof/gathered.ts";
import type { ProofVerdict } from "../proof/proof.ts";
import type { Unwrapped } from "../proof/unwrap.ts";

/** Proves a tar while Git opens every repository's bundle in it; what it says counts only where the tar is GitLab's own backup. */
export async function withRepositories(
  unwrapped: Unwrapped,
  proving: Proving & { readonly scratch: string },
  prove: (passed: Unwrapped) => Promise<Problem>,
): Promise<{ readonly problem: Problem; readonly repositories: ProvedArchive }> {
  const archived = new ArchivedRepositories(proving);
  let problem: Problem;
  try {
    problem = await prove({ ...unwrapped, stream: archived.pass(unwrapped.stream) });
  } finally {
    await archived.close();
  }
  return { problem, repositories: archived.concluded() };
}

/** The verdict on all of it: what is damaged fails it, and what nobody could open hides no damage of the rest. */
export function verdictWith(
  verdict: ProofVerdict,
  repositories: ProvedArchive | undefined,
  { gitlab, notes }: Gathered,
): ProofVerdict {
  if (repositories === undefined || gitlab === undefined) return verdict;
  notes.push(...repositories.notes);
  const problem = problemOf(repositories);
  if (problem === undefined) return verdict;
  if (verdict.kind === "not-restorable" || (verdict.kind === "unknown" && problem.kind === "unknown")) {
    notes.push(problem.why);
    return verdict;
  }
  if (verdict.kind === "proven-with-lacks") notes.push(...verdict.lacks);
  if (verdict.kind === "unknown") notes.push(verdict.why);
  return problem;
}

const mostNamed = 20;

function problemOf({ why, unknown }: ProvedArchive): Problem {
  if (why.length > 0)
    return {
      kind: "not-restorable",
      why: `${counted(why.length, "repository")} of it cannot be restored: ${why.slice(0, mostNamed).join("; ")}`,
    };
  if (unknown.length === 0) return undefined;
  return {
    kind: "unknown",
    why: `${unknown.length} of what it holds of repositories could not be judged: ${unknown
      .slice(0, mostNamed)
      .map((one) => one.why)
      .join("; ")}`,
    howToLearn: [...new Set(unknown.map(({ toDo }) => toDo))].join(" "),
  };
}
