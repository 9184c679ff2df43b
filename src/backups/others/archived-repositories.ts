import { counted } from "../../kernel/count.ts";
import { ArchivedRepositories, type ProvedArchive } from "../kinds/gitlab/prove-archived.ts";
import { References } from "../point/references.ts";
import type { Gathered, Problem, Proving } from "../proof/gathered.ts";
import type { ProofVerdict } from "../proof/proof.ts";
import type { Unwrapped } from "../proof/unwrap.ts";
import { withSpill } from "../with-spill.ts";
import { ArchivedObjects, type FoundObjects } from "./archived-objects.ts";

/** What became of the repositories, and of the objects that they and the database name. */
export interface FoundInArchive extends ProvedArchive {
  readonly objects: FoundObjects;
}

/** Proves a tar while Git opens every repository's bundle in it; what it says counts only where the tar is GitLab's own backup. */
export async function withRepositories(
  unwrapped: Unwrapped,
  proving: Proving & { readonly scratch: string },
  prove: (passed: Unwrapped, examine: Proving["examine"]) => Promise<Problem>,
): Promise<{ readonly problem: Problem; readonly repositories: FoundInArchive }> {
  const { scratch, ports, systems } = proving;
  return withSpill(scratch, ports, async (spill) => {
    const named = new ArchivedObjects(new References(spill, "no part of it"), spill, systems);
    const archived = new ArchivedRepositories({ ...proving, pointed: named.pointed, objects: named.objects });
    let problem: Problem;
    try {
      problem = await prove({ ...unwrapped, stream: archived.pass(unwrapped.stream) }, named.examine);
    } finally {
      await archived.close();
    }
    return { problem, repositories: { ...archived.concluded(), objects: await named.concluded() } };
  });
}

/** The verdict on all of it: what is damaged fails it, and what nobody could open hides no damage of the rest. */
export function verdictWith(
  verdict: ProofVerdict,
  repositories: FoundInArchive | undefined,
  { gitlab, notes }: Gathered,
): ProofVerdict {
  if (repositories === undefined || gitlab === undefined) return verdict;
  const { lacks, notes: told } = repositories.objects;
  notes.push(...repositories.notes, ...told);
  const problem = problemOf(repositories);
  if (problem === undefined) return withLacks(verdict, lacks, notes);
  notes.push(...lacks);
  if (verdict.kind === "not-restorable" || (verdict.kind === "unknown" && problem.kind === "unknown")) {
    notes.push(problem.why);
    return verdict;
  }
  if (verdict.kind === "proven-with-lacks") notes.push(...verdict.lacks);
  if (verdict.kind === "unknown") notes.push(verdict.why);
  return problem;
}

function withLacks(verdict: ProofVerdict, lacks: readonly string[], notes: string[]): ProofVerdict {
  const [first, ...more] = lacks;
  if (first === undefined) return verdict;
  if (verdict.kind === "proven") return { kind: "proven-with-lacks", lacks: [first, ...more] };
  if (verdict.kind === "proven-with-lacks") return { ...verdict, lacks: [...verdict.lacks, ...lacks] };
  notes.push(...lacks);
  return verdict;
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
