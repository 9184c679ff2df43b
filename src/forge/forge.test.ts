import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { openHttp } from "../edge/http.ts";
import { serveLocally } from "../edge/local-server.ts";
import { readGuards } from "./forge.ts";
import { type BranchGuard, judgeGuard } from "./reviews.ts";

const http = openHttp({ userAgent: "test" });

type Replies = Readonly<Record<string, unknown>>;

/** A forge that answers these paths: a number is a status, `[status, message]` an error in words, the rest JSON. */
async function forge(t: { after(work: () => unknown): void }, kind: "gitlab" | "github", replies: Replies) {
  const server = await serveLocally((request: IncomingMessage, response: ServerResponse) => {
    const reply = replies[(request.url ?? "").replace(/^\/api\/v[34]/, "").replace(/[?&]per_page=100/, "")] ?? 404;
    const [status, body] = typeof reply === "number" ? [reply, { message: "Not Found" }] : [200, reply];
    const refused =
      status === 200 && typeof body === "object" && body !== null && "refused" in body ? body.refused : undefined;
    response.statusCode = typeof refused === "number" ? refused : status;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  });
  t.after(() => server.close());
  const read = async (branch: string | undefined = "main"): Promise<BranchGuard> => {
    const where = { kind, url: `${server.url}/`, project: "platform/gitops" };
    const [first] = await readGuards(where, [branch], http, "token-of-the-forge");
    assert.ok(first);
    return first.guard;
  };
  return { server, read };
}

const project = "/projects/platform%2Fgitops";
const level = (access_level: number, access_level_description: string) => ({ access_level, access_level_description });
const guarded: Replies = {
  [project]: { default_branch: "main" },
  [`${project}/protected_branches&page=1`]: [
    { name: "release/*", push_access_levels: [level(40, "Maintainers")] },
    { name: "main", push_access_levels: [level(0, "No one")] },
  ],
  [`${project}/approval_rules&page=1`]: [
    { rule_type: "any_approver", approvals_required: 1, protected_branches: [] },
    { rule_type: "regular", approvals_required: 3, protected_branches: [{ name: "release/*" }] },
    { rule_type: "report_approver", approvals_required: 9, protected_branches: [] },
  ],
};

test("GitLab: a branch nobody may push to and one approval is guarded; the token goes into a header alone", async (t) => {
  const { server, read } = await forge(t, "gitlab", guarded);
  const guard = await read();

  assert.equal(
    guard.approvals.kind === "known" && guard.approvals.value,
    1,
    "rules of other branches and of reports aside",
  );
  assert.equal(guard.around.kind, "absent");
  assert.equal(judgeGuard("main", guard).kind, "guarded");
  assert.deepEqual(await read(undefined), guard, "the default branch");
  for (const [, url, token] of server.asked.map((line) => line.split(" "))) {
    assert.doesNotMatch(url ?? "", /token/);
    assert.equal(token, "token-of-the-forge");
  }
});

test("GitLab: a wildcard protects as well, and a review that maintainers go around is said", async (t) => {
  const { read } = await forge(t, "gitlab", guarded);
  const verdict = judgeGuard("release/7", await read("release/7"));

  assert.equal(verdict.kind, "finding");
  assert.match(verdict.kind === "finding" ? `${verdict.severity} ${verdict.message}` : "", /^medium .*Maintainers/);
});

test("GitLab: what nothing protects, or needs no approval, is a finding of high severity", async (t) => {
  const { read } = await forge(t, "gitlab", guarded);
  const free = await forge(t, "gitlab", { ...guarded, [`${project}/approval_rules&page=1`]: 404 });

  for (const [branch, guard] of [
    ["develop", await read("develop")],
    ["main", await free.read()],
  ] as const) {
    const verdict = judgeGuard(branch, guard);
    assert.equal(verdict.kind === "finding" && verdict.severity, "high", branch);
  }
});

test("GitLab: more pages are read, and names are taken as they are", async (t) => {
  const asked: string[] = [];
  const server = await serveLocally((request, response) => {
    asked.push(request.url ?? "");
    if (/protected_branches.*page=1$/.test(request.url ?? "")) response.setHeader("x-next-page", "2");
    const branch = { name: "main.+", push_access_levels: [level(0, "No one")] };
    response.end(JSON.stringify(request.url?.endsWith("page=2") ? [branch] : []));
  });
  t.after(() => server.close());
  const where = { kind: "gitlab", url: server.url, project: "a/b" } as const;
  const [exact, other] = await readGuards(where, ["main.+", "mainxx"], http, "x");

  assert.equal(exact?.guard.around.kind, "absent");
  assert.equal(other?.guard.around.kind, "known");
  assert.ok(asked.some((url) => url.endsWith("page=2")));
});

for (const [name, reply, words] of [
  ["a token that is not valid", { refused: 401 }, /401.*not valid/],
  ["a right that is missing", { refused: 403, message: "insufficient_scope" }, /403.*insufficient_scope/],
  ["a project that is not there for us", 404, /404/],
  ["a forge that is ill", 503, /503/],
  ["an answer of another shape", { items: [] }, /do not understand/],
] as const)
  test(`${name} is unknown, and says what would tell`, async (t) => {
    const gitlab = await forge(t, "gitlab", { ...guarded, [`${project}/protected_branches&page=1`]: reply });
    const github = await forge(t, "github", { "/repos/platform/gitops/rules/branches/main": reply });
    for (const guard of [await gitlab.read(), await github.read()]) {
      const verdict = judgeGuard("main", guard);
      assert.ok(verdict.kind === "unknown" && verdict.howToLearn !== "");
      assert.match(verdict.why, words);
      assert.doesNotMatch(JSON.stringify(guard), /token-of-the-forge/);
    }
  });

const rules = "/repos/platform/gitops/rules/branches/main";
const classic = "/repos/platform/gitops/branches/main/protection";
const unprotected = { refused: 404, message: "Branch not protected" };

test("GitHub: classic protection that binds administrators too is guarded; without them they go around it", async (t) => {
  const protection = (enabled: boolean) => ({
    required_pull_request_reviews: { required_approving_review_count: 2 },
    enforce_admins: { enabled },
  });
  const strict = await forge(t, "github", { [rules]: [], [classic]: protection(true) });
  const loose = await forge(t, "github", { [rules]: [], [classic]: protection(false) });

  const guard = await strict.read();
  assert.equal(guard.approvals.kind === "known" && guard.approvals.value, 2);
  assert.equal(judgeGuard("main", guard).kind, "guarded");
  const verdict = judgeGuard("main", await loose.read());
  assert.match(verdict.kind === "finding" ? verdict.message : "", /administrators/);
});

test("GitHub: neither rules nor protection is a finding; a ruleset's bypass list is not ours to see", async (t) => {
  const rule = { type: "pull_request", parameters: { required_approving_review_count: 1 } };
  const none = await forge(t, "github", { [rules]: [{ type: "deletion" }], [classic]: unprotected });
  const ruled = await forge(t, "github", { [rules]: [{ type: "deletion" }, rule], [classic]: unprotected });

  assert.equal(judgeGuard("main", await none.read()).kind, "finding");
  const guard = await ruled.read();
  assert.equal(guard.approvals.kind === "known" && guard.approvals.value, 1);
  const verdict = judgeGuard("main", guard);
  assert.match(verdict.kind === "unknown" ? verdict.howToLearn : "", /bypass list/);
});

test("GitHub: a token that may not read branch protection does not make it absent", async (t) => {
  const { read } = await forge(t, "github", { [rules]: [] });
  const { approvals } = await read();

  assert.match(approvals.kind === "unknown" ? approvals.howToLearn : "", /Administration: read/);
});

test("a token is not sent in clear over a network", async () => {
  const unasked = { fetch: async () => assert.fail("nothing is to be asked") };
  const where = { kind: "gitlab", url: "http://gitlab.example.org", project: "a/b" } as const;
  const [first] = await readGuards(where, ["main"], unasked, "token");

  assert.match(first?.guard.approvals.kind === "unknown" ? first.guard.approvals.why : "", /plain http/);
});
