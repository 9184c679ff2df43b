import assert from "node:assert/strict";
import { test } from "node:test";
import { architectureMarkdown } from "./architecture-markdown.ts";

test("what a system's words have between backticks is code in ARCHITECTURE.md; other signs are text", () => {
  const beside = [
    { id: "rails-secrets", what: "the rails secrets (`secrets.yml` of the Secret)", why: "", essential: true },
  ] as const;
  const stores = [{ component: "gitlab_ee", title: "GitLab's database", product: "postgresql", beside }] as const;
  const one = { environment: "production", graph: { nodes: [], edges: [], inCycle: [] }, components: [], stores };

  const text = architectureMarkdown([one], "2026-11-21T00:00:00.000Z");

  assert.match(
    text,
    /^- gitlab\\_ee: GitLab's database \(postgresql\); with it the rails secrets \(`secrets\.yml` of the Secret\)$/m,
  );
  assert.ok(!text.includes("\\`"), text);
});
