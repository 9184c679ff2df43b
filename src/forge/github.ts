import * as z from "zod";
import { absent, type Fact, known, type Unknown, unknown } from "../kernel/fact.ts";
import { askForge, type ForgeAccess } from "./ask.ts";
import { type BranchGuard, unguarded, unlearnt } from "./reviews.ts";

/*
 * GitHub's REST API: https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch (metadata: read; active rulesets of
 * every level) and https://docs.github.com/en/rest/branches/branch-protection (administration: read). A branch without
 * classic protection is answered 404 "Branch not protected", a token without the right 404 "Not Found"
 * (https://github.com/sigmavirus24/github3.py/issues/973, https://github.com/orgs/community/discussions/24582).
 */

const PullRequest = z.object({
  type: z.literal("pull_request"),
  parameters: z.object({ required_approving_review_count: z.number().int() }),
});
const Rule = z.union([PullRequest, z.object({ type: z.string() })]);

const Protection = z.object({
  required_pull_request_reviews: z.object({ required_approving_review_count: z.number().int().optional() }).optional(),
  enforce_admins: z.object({ enabled: z.boolean() }).optional(),
});
type Protection = z.output<typeof Protection>;

const Repository = z.object({ default_branch: z.string() });

const metadata = "a token with the repository permission Metadata: read";
const administration = "a token with the repository permission Administration: read";

/** The branch that is meant where none is named. */
export async function githubDefaultBranch(access: ForgeAccess): Promise<Fact<string>> {
  const answer = await askForge(access, repositoryPath(access), Repository, metadata);
  if (answer.kind === "unknown") return answer;
  return answer.kind === "missing" ? noRepository(access, answer.url) : known(answer.value.default_branch, answer.url);
}

/** How GitHub guards a branch: rulesets and classic protection together, the stricter one of each. */
export async function githubGuard(access: ForgeAccess, branch: string): Promise<BranchGuard> {
  const path = repositoryPath(access);
  const name = encodeURIComponent(branch);
  const rules = await askForge(access, `${path}/rules/branches/${name}?per_page=100`, z.array(Rule), metadata);
  if (rules.kind === "unknown") return unlearnt(rules);
  if (rules.kind === "missing") return unlearnt(noRepository(access, rules.url));
  const classic = await classicOf(access, `${path}/branches/${name}/protection`);
  const byRules = rules.value.flatMap((rule) =>
    "parameters" in rule ? [rule.parameters.required_approving_review_count] : [],
  );
  if (classic.kind === "absent" && byRules.length === 0) return unguarded(`${rules.url}, ${classic.source}`);
  return { approvals: approvalsOf(byRules, classic, rules.url), around: aroundOf(byRules.length > 0, classic) };
}

async function classicOf(access: ForgeAccess, path: string): Promise<Fact<Protection>> {
  const answer = await askForge(access, path, Protection, administration);
  if (answer.kind === "unknown") return answer;
  if (answer.kind === "answer") return known(answer.value, answer.url);
  return answer.words === "Branch not protected"
    ? absent(answer.url)
    : unknown(`${answer.url} answered 404: the token may not read branch protection`, administration);
}

function approvalsOf(byRules: readonly number[], classic: Fact<Protection>, source: string): Fact<number> {
  const byClassic =
    classic.kind === "known" ? (classic.value.required_pull_request_reviews?.required_approving_review_count ?? 0) : 0;
  const most = Math.max(0, byClassic, ...byRules);
  if (most > 0) return known(most, source);
  return classic.kind === "unknown" ? classic : absent(source);
}

function aroundOf(hasRule: boolean, classic: Fact<Protection>): Fact<readonly string[]> {
  if (hasRule)
    return unknown(
      "GitHub does not tell with the rules of a branch who may bypass them",
      "look at the ruleset's bypass list in the repository's settings",
    );
  if (classic.kind !== "known") return classic;
  const { enforce_admins: admins, required_pull_request_reviews: reviews } = classic.value;
  const around = [
    ...(reviews === undefined ? ["whoever may push to the repository"] : []),
    ...(admins?.enabled === true ? [] : ["administrators"]),
  ];
  return around.length === 0 ? absent(classic.source) : known(around, classic.source);
}

function noRepository(access: ForgeAccess, url: string): Unknown {
  return unknown(
    `${url} answered 404: there is no repository ${access.project}, or the token may not see it`,
    metadata,
  );
}

function repositoryPath({ project }: ForgeAccess): string {
  return `/repos/${project.split("/").map(encodeURIComponent).join("/")}`;
}
