import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { type TestContext, test } from "node:test";
import { serveLocally } from "../edge/local-server.ts";
import type { Said } from "./shell.test-support.ts";
import { folderWith, millwright } from "./shell.test-support.ts";
import { deployment } from "./trees.test-support.ts";

const secret = "token-that-nobody-may-see";

interface Forge {
  readonly url: string;
  readonly asked: readonly string[];
  /** The comments, oldest first. */
  readonly comments: { id: number; body: string | null }[];
  readonly answerWith: (status: number, body?: string) => void;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/**
 * Answers as both APIs do: a list a page (docs.gitlab.com/api/rest "Pagination", docs.github.com "Using pagination in the REST
 * API"), a new comment by POST, an old one's text by PUT (GitLab) or PATCH (GitHub).
 */
async function forge(context: TestContext): Promise<Forge> {
  const comments: { id: number; body: string | null }[] = [];
  let refusal: { readonly status: number; readonly body: string } | undefined;
  const server = await serveLocally(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://local");
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (refusal !== undefined) {
      response.writeHead(refusal.status).end(refusal.body);
      return;
    }
    if (request.method === "GET") {
      const page = Number(url.searchParams.get("page") ?? 1);
      const size = Number(url.searchParams.get("per_page") ?? 20);
      return reply(200, comments.slice((page - 1) * size, page * size));
    }
    const { body } = JSON.parse(await bodyOf(request)) as { readonly body: string };
    if (request.method === "POST") {
      comments.push({ id: comments.length + 1, body });
      return reply(201, comments.at(-1));
    }
    const comment = comments.find(({ id }) => url.pathname.endsWith(`/${id}`));
    if (comment === undefined) return reply(404, {});
    comment.body = body;
    reply(200, comment);
  });
  context.after(() => server.close());
  return {
    url: server.url,
    asked: server.asked,
    comments,
    answerWith: (status, body = "{}") => {
      refusal = { status, body };
    },
  };
}

const kinds = {
  gitlab: (url: string): Readonly<Record<string, string>> => ({
    CI_API_V4_URL: `${url}/api/v4`,
    CI_PROJECT_ID: "7",
    CI_MERGE_REQUEST_IID: "12",
    MILLWRIGHT_FORGE_TOKEN: secret,
  }),
  github: (url: string): Readonly<Record<string, string>> => ({
    GITHUB_API_URL: url,
    GITHUB_REPOSITORY: "org/platform",
    GITHUB_REF: "refs/pull/12/merge",
    GITHUB_TOKEN: secret,
  }),
};
const lists = {
  gitlab: "/api/v4/projects/7/merge_requests/12/notes",
  github: "/repos/org/platform/issues/12/comments",
};
const singles = { gitlab: lists.gitlab, github: "/repos/org/platform/issues/comments" };
const updates = { gitlab: "PUT", github: "PATCH" };

for (const kind of ["gitlab", "github"] as const) {
  const audited = (dir: string, variables: Readonly<Record<string, string>>): Promise<Said> =>
    millwright(dir, ["audit", "--comment", kind, "--fail-on", "never"], { variable: (name) => variables[name] });

  test(`${kind}: the first run writes one comment, the second replaces its text`, async (context) => {
    const { url, asked, comments } = await forge(context);
    const bad = await audited(folderWith(context, { "web.yaml": deployment("web", "nginx:latest") }), kinds[kind](url));
    assert.equal(bad.code, 0, bad.err);
    assert.match(comments[0]?.body ?? "", /^<!-- millwright audit -->\n## Millwright audit\n[\s\S]*nginx/);
    const good = await audited(folderWith(context, { "web.yaml": "x: 1\n" }), kinds[kind](url));
    assert.equal(good.code, 0, good.err);
    assert.equal(comments.length, 1);
    assert.match(comments[0]?.body ?? "", /Nothing found/);
    assert.deepEqual(
      asked.map((line) => line.split(" ").slice(0, 2).join(" ")),
      [
        `GET ${lists[kind]}?per_page=100&page=1`,
        `POST ${lists[kind]}`,
        `GET ${lists[kind]}?per_page=100&page=1`,
        `${updates[kind]} ${singles[kind]}/1`,
      ],
    );
    assert.ok(asked.every((line) => line.endsWith(kind === "github" ? `Bearer ${secret}` : secret)));
  });

  test(`${kind}: our comment is found behind hundreds of others, and nobody else's is touched`, async (context) => {
    const { url, comments } = await forge(context);
    for (let id = 1; id <= 250; id += 1)
      comments.push({ id, body: id % 2 === 0 ? null : "talk <!-- millwright audit -->" });
    comments.push({ id: 251, body: "<!-- millwright audit -->\nold" });
    await audited(folderWith(context, {}), kinds[kind](url));
    assert.equal(comments.length, 251);
    assert.match(comments[250]?.body ?? "", /Nothing found/);
    assert.equal(comments[0]?.body, "talk <!-- millwright audit -->");
  });

  for (const [status, words] of [
    [401, /answered 401\. The token needs the right to write comments/],
    [403, /answered 403\. The token needs the right/],
    [404, /answered 404/],
    [500, /answered 500/],
  ] as const) {
    test(`${kind}: a ${status} is told without the token, after the result was printed`, async (context) => {
      const { url, answerWith } = await forge(context);
      answerWith(status, `{"message":"${secret}"}`);
      const said = await audited(folderWith(context, {}), kinds[kind](url));
      assert.equal(said.code, 1);
      assert.match(said.err, words);
      assert.match(said.out, /Nothing found/);
      assert.ok(!said.err.includes(secret) && !said.out.includes(secret));
    });
  }

  test(`${kind}: a login page in place of the API is told as that`, async (context) => {
    const { url, answerWith } = await forge(context);
    answerWith(200, "<html>Sign in</html>");
    const said = await audited(folderWith(context, {}), kinds[kind](url));
    assert.equal(said.code, 1);
    assert.match(said.err, /something else than a list of comments/);
    assert.doesNotMatch(said.err, /bug of ours|\n\s+at /);
  });

  test(`${kind}: a missing variable is named`, async (context) => {
    for (const name of Object.keys(kinds[kind]("http://127.0.0.1:9"))) {
      if (name === "GITHUB_API_URL") continue;
      const { [name]: _, ...others } = kinds[kind]("http://127.0.0.1:9");
      const said = await audited(folderWith(context, {}), others);
      assert.equal(said.code, 1);
      assert.match(said.err, new RegExp(`needs the variable ${name}`));
    }
  });

  test(`${kind}: a server that is not there is told in words`, async (context) => {
    const said = await audited(folderWith(context, {}), kinds[kind]("http://127.0.0.1:9"));
    assert.equal(said.code, 1);
    assert.doesNotMatch(said.err, /bug of ours|\n\s+at /);
    assert.ok(!said.err.includes(secret));
  });

  test(`${kind}: a report longer than a comment may be is cut between lines, and says so`, async (context) => {
    const { url, comments } = await forge(context);
    const files = Object.fromEntries(
      Array.from({ length: 250 }, (_, index) => [
        `app-${index}.yaml`,
        deployment(`app-${index}`, `org/app-${index}:latest`),
      ]),
    );
    const said = await audited(folderWith(context, files), kinds[kind](url));
    assert.equal(said.code, 0, said.err);
    const body = comments[0]?.body ?? "";
    assert.ok(body.length > 50_000 && body.length < 65_536);
    assert.match(body, /\|\n\nCut here: /);
  });
}

test("github: a job that runs for no pull request is told so", async (context) => {
  const variables: Readonly<Record<string, string>> = {
    ...kinds.github("http://127.0.0.1:9"),
    GITHUB_REF: "refs/heads/main",
  };
  const said = await millwright(folderWith(context, {}), ["audit", "--comment", "github"], {
    variable: (name) => variables[name],
  });
  assert.equal(said.code, 1);
  assert.match(said.err, /does not run for a pull request/);
});
