import * as z from "zod";
import { absent, type Fact, known, type Unknown, unknown } from "../kernel/fact.ts";
import { askForge, type ForgeAccess } from "./ask.ts";
import { type BranchGuard, unguarded, unlearnt } from "./reviews.ts";

/*
 * GitLab's REST API: https://docs.gitlab.com/api/protected_branches/ (all tiers; names may hold wildcards; access level 0 is
 * nobody) and https://docs.gitlab.com/api/merge_request_approvals/ (Premium and Ultimate; `protected_branches` of a rule is
 * empty when it holds for every branch, `applies_to_all_protected_branches` came with 15.3).
 */

const Level = z.object({ access_level: z.number().nullable(), access_level_description: z.string() });
const ProtectedBranch = z.object({
  name: z.string(),
  push_access_levels: z.array(Level),
  allow_force_push: z.boolean().optional(),
});
const ApprovalRule = z.object({
  rule_type: z.string(),
  approvals_required: z.number().int(),
  protected_branches: z.array(z.object({ name: z.string() })).optional(),
  applies_to_all_protected_branches: z.boolean().optional(),
});
type ApprovalRule = z.output<typeof ApprovalRule>;
const Project = z.object({ default_branch: z.string().nullable() });

const right =
  "a token with the scope read_api, of an account that may see the project's protected branches and merge request settings";
const mostPages = 20;

/** The branch that is meant where none is named. */
export async function gitlabDefaultBranch(access: ForgeAccess): Promise<Fact<string>> {
  const answer = await askForge(access, projectPath(access), Project, right);
  if (answer.kind === "unknown") return answer;
  if (answer.kind === "missing") return noProject(access, answer.url);
  const { default_branch: branch } = answer.value;
  return branch === null ? absent(answer.url) : known(branch, answer.url);
}

/** How GitLab guards a branch. Several protections may fit one name: the most permissive one counts. */
export async function gitlabGuard(access: ForgeAccess, branch: string): Promise<BranchGuard> {
  const path = `${projectPath(access)}/protected_branches`;
  const branches = await pagesOf(access, path, ProtectedBranch);
  if (branches.kind === "unknown") return unlearnt(branches);
  if (branches.kind === "missing") return unlearnt(noProject(access, `${access.api}${path}`));
  const fitting = branches.items.filter(({ name }) => fits(name, branch));
  const source = `${access.api}${path}`;
  if (fitting.length === 0) return unguarded(source);
  const pushers = fitting
    .flatMap(({ push_access_levels }) => push_access_levels)
    .filter(({ access_level }) => access_level !== 0)
    .map(({ access_level_description }) => access_level_description);
  const around = [...new Set(pushers)];
  return {
    approvals: await approvalsOf(access, branch),
    around: around.length === 0 ? absent(source) : known(around, source),
  };
}

async function approvalsOf(access: ForgeAccess, branch: string): Promise<Fact<number>> {
  const path = `${projectPath(access)}/approval_rules`;
  const rules = await pagesOf(access, path, ApprovalRule);
  const source = `${access.api}${path}`;
  if (rules.kind === "unknown") return rules;
  // The project answered a moment ago: what is missing is the feature.
  if (rules.kind === "missing") return absent(`${source}: this edition of GitLab cannot require approvals`);
  const required = rules.items.filter((rule) => appliesTo(rule, branch)).map((rule) => rule.approvals_required);
  const most = Math.max(0, ...required);
  return most === 0 ? absent(source) : known(most, source);
}

/** Rules of reports ask for approval only when a scanner found something. */
function appliesTo(rule: ApprovalRule, branch: string): boolean {
  if (rule.rule_type === "report_approver") return false;
  const names = rule.protected_branches ?? [];
  return (
    rule.applies_to_all_protected_branches === true ||
    names.length === 0 ||
    names.some(({ name }) => fits(name, branch))
  );
}

type Pages<T> = { readonly kind: "items"; readonly items: readonly T[] } | { readonly kind: "missing" } | Unknown;

async function pagesOf<T>(access: ForgeAccess, path: string, item: z.ZodType<T>): Promise<Pages<T>> {
  const items: T[] = [];
  for (let page = "1", count = 0; count < mostPages; count += 1) {
    const answer = await askForge(access, `${path}?per_page=100&page=${page}`, z.array(item), right);
    if (answer.kind !== "answer") return answer;
    items.push(...answer.value);
    if (answer.next === undefined || !/^\d+$/.test(answer.next)) return { kind: "items", items };
    page = answer.next;
  }
  return unknown(`${access.api}${path} has more than ${mostPages} pages`, "look at the project's settings");
}

function noProject(access: ForgeAccess, url: string): Unknown {
  return unknown(`${url} answered 404: there is no project ${access.project}, or the token may not see it`, right);
}

function projectPath({ project }: ForgeAccess): string {
  return `/projects/${encodeURIComponent(project)}`;
}

/** `*` stands for any signs, a slash too. */
function fits(pattern: string, branch: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(branch);
}
