import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Git } from "../argocd/handle.ts";
import { type Author, inGit } from "./git.ts";
import { laidOver, type RepositoryFile } from "./laid-over.ts";

/** Under this address the platform's Applications know their repository; the lab's Argo CD finds the lab's Git behind it. */
export const repositoryUrl = "https://git.example.org/platform/mlops.git";

/** What the Applications follow. */
export const releaseTag = "v1.0.0";

interface Chapter {
  readonly message: string;
  readonly author: Author;
  /** Paths that this commit brings; the last brings what is left. */
  readonly brings: RegExp;
}

const ada = { name: "Ada Ahlers", email: "ada@example.org" };
const ben = { name: "Ben Brandt", email: "ben@example.org" };
const chi = { name: "Chi Cao", email: "chi@example.org" };

/** How the repository came to be, the oldest first. GitLab 17.8.7 is of March 2025. */
const chapters: readonly Chapter[] = [
  {
    message: "Terraform for the clusters",
    author: { ...ada, at: "2025-01-20T09:12:00Z" },
    brings: /^(?:terraform\/|\.gitignore$)/,
  },
  {
    message: "GitLab's and MLflow's databases, and GitLab's cache",
    author: { ...ben, at: "2025-02-03T14:40:00Z" },
    brings: /^datastores\//,
  },
  {
    message: "GitLab, SharingHub and MLflow by Argo CD",
    author: { ...ada, at: "2025-03-17T08:05:00Z" },
    brings: /^(?:argocd-apps|environments|secrets|routes|docker)\//,
  },
  {
    message: "Backups every night, and a restore that is tried",
    author: { ...chi, at: "2025-04-02T11:30:00Z" },
    brings: /^backups\//,
  },
  {
    message: "Alerts that lead to a page",
    author: { ...ben, at: "2025-05-21T15:02:00Z" },
    brings: /^monitoring\//,
  },
  {
    message: "Scripts, pipelines and how we work",
    author: { ...chi, at: "2025-06-05T10:00:00Z" },
    brings: /^(?:scripts|docs|Makefile|README\.md|\.gitlab-ci\.yml|\.github)/,
  },
  { message: "What millwright needs to know of us", author: { ...ada, at: "2026-09-14T07:45:00Z" }, brings: /^/ },
];

export interface RepositoryOptions {
  /** A bare repository without commits. */
  readonly bare: string;
  readonly kit: readonly RepositoryFile[];
  /** `2026-11-20` */
  readonly today: string;
  /** A folder that may be made and is removed again. */
  readonly scratch: string;
}

/** Fills the lab's repository: real commits of earlier dates, and the tag that the Applications follow. Once; later calls do nothing. */
export async function fillRepository({ bare, kit, today, scratch }: RepositoryOptions): Promise<void> {
  if ((await inGit(bare, ["for-each-ref", "--count=1"])) !== "") return;
  rmSync(scratch, { recursive: true, force: true });
  await inGit(dirname(bare), ["init", "--quiet", "-b", "main", scratch]);
  try {
    let left = laidOver(kit, today);
    let last: Author = { ...ada, at: "2025-01-20T09:12:00Z" };
    for (const { message, author, brings } of chapters) {
      write(
        scratch,
        left.filter(({ path }) => brings.test(path)),
      );
      left = left.filter(({ path }) => !brings.test(path));
      await inGit(scratch, ["add", "--all", "--force", "."]);
      await inGit(scratch, ["commit", "--quiet", "-m", message], author);
      last = author;
    }
    await inGit(scratch, ["tag", "-a", releaseTag, "-m", `The platform, ${releaseTag}`], last);
    // Tag first: whoever sees the branch sees what it is tagged as.
    await inGit(scratch, ["push", "--quiet", bare, `refs/tags/${releaseTag}`, "main"]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function write(folder: string, files: readonly RepositoryFile[]): void {
  for (const { path, text, executable } of files) {
    const file = join(folder, path);
    if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (executable) chmodSync(file, 0o755);
  }
}

/** Where charts stand that the lab's Argo CD makes by itself: it asks for their commit alone. */
const upstream = /^https:\/\/github\.com\/csgroup-oss\/[a-z-]+\.git$/;

/** Changes whenever a branch or a tag does: cheaper than a Git of its own for each look. */
function refsOf(bare: string): string {
  const below = readdirSync(join(bare, "refs"), { recursive: true, encoding: "utf8" });
  return ["HEAD", "packed-refs", ...below.map((path) => join("refs", path))]
    .map((path) => `${path} ${statSync(join(bare, path), { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n}`)
    .join("\n");
}

/** What Argo CD asks of Git, answered from the lab's bare repository. Throws Error in the words that Argo CD would show. */
export function gitOf(bare: string, urls: readonly string[]): Git {
  const known = (url: string): void => {
    if (!urls.includes(url)) throw new Error(`failed to list refs: repository not found: ${url}`);
  };
  const resolved = new Map<string, { readonly refs: string; readonly sha: string }>();
  return {
    async resolve(url: string, revision: string): Promise<string> {
      if (upstream.test(url) && /^[0-9a-f]{40}$/.test(revision)) return revision;
      if (upstream.test(url)) return createHash("sha1").update(`${url} ${revision}`).digest("hex");
      known(url);
      const refs = refsOf(bare);
      const last = resolved.get(revision);
      if (last?.refs === refs) return last.sha;
      try {
        const sha = (
          await inGit(bare, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`])
        ).trim();
        resolved.set(revision, { refs, sha });
        return sha;
      } catch (thrown) {
        throw new Error(`unable to resolve '${revision}' to a commit SHA`, { cause: thrown });
      }
    },
    async files(url: string, revision: string, path: string): Promise<ReadonlyMap<string, string>> {
      known(url);
      const below = path === "." ? "" : `${path.replace(/\/+$/, "")}/`;
      const listed = await inGit(bare, [
        "ls-tree",
        "-r",
        "-z",
        "--name-only",
        revision,
        ...(below === "" ? [] : [below]),
      ]);
      const names = listed.split("\0").filter((name) => name !== "");
      if (names.length === 0) throw new Error(`${path}: app path does not exist`);
      const texts = await Promise.all(names.map((name) => inGit(bare, ["show", `${revision}:${name}`])));
      return new Map(names.map((name, index) => [name.slice(below.length), texts[index] ?? ""]));
    },
  };
}
