import type { Rule } from "../systems/contract.ts";

const guard = (approvals: number, around: string): Readonly<Record<string, string>> => ({
  "branch.yaml": `branch: main\nenvironment: production\napprovals: ${approvals}\naround: [${around}]\n`,
});

/** A branch of production without reviews, for its page; a repository does not show how its forge guards it. */
export const unreviewedPage: Rule = {
  id: "branch-unreviewed",
  title: "Production changes without a second person's review",
  group: "ownership",
  severity: "high",
  why: "What is on the branch that production follows is deployed. Where one person alone can put it there, a mistake or a stolen password is enough, and nobody else has seen it.",
  sources: [
    "https://docs.gitlab.com/api/protected_branches/",
    "https://docs.gitlab.com/api/merge_request_approvals/",
    "https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch",
  ],
  fix: "Protect the branch, ask for at least one approval by somebody else than the author, and let nobody push around it.",
  needs: [],
  check: () => [],
  examples: {
    failing: [
      { name: "nobody has to approve", files: guard(0, "") },
      { name: "an approval that maintainers can go around", files: guard(1, "Maintainers") },
    ],
    passing: [{ name: "one approval, and nobody pushes", files: guard(1, "") }],
  },
};
