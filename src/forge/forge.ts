import type { Fact } from "../kernel/fact.ts";
import type { Http } from "../kernel/ports.ts";
import type { ForgeAccess } from "./ask.ts";
import { githubDefaultBranch, githubGuard } from "./github.ts";
import { gitlabDefaultBranch, gitlabGuard } from "./gitlab.ts";
import { type BranchGuard, unlearnt } from "./reviews.ts";

/** Where the platform's repository is reviewed, as the server's configuration names it. */
export interface Forge {
  readonly kind: "gitlab" | "github";
  readonly url: string;
  readonly project: string;
}

/** Asks the forge how each of these branches is guarded; undefined names the default branch. Never throws for what is outside. */
export async function readGuards(
  forge: Forge,
  branches: readonly (string | undefined)[],
  http: Http,
  token: string,
): Promise<readonly { readonly branch: string | undefined; readonly guard: BranchGuard }[]> {
  const access = accessOf(forge, http, token);
  const [defaultBranch, guardOf] =
    forge.kind === "gitlab" ? [gitlabDefaultBranch, gitlabGuard] : [githubDefaultBranch, githubGuard];
  const fallback = branches.includes(undefined) ? await defaultBranch(access) : undefined;
  const guards = new Map<string, BranchGuard>();
  const read: { readonly branch: string | undefined; readonly guard: BranchGuard }[] = [];
  for (const wanted of branches) {
    const branch = wanted ?? nameOf(fallback);
    if (typeof branch === "object") {
      read.push({ branch: undefined, guard: unlearnt(branch) });
      continue;
    }
    const guard = guards.get(branch) ?? (await guardOf(access, branch));
    guards.set(branch, guard);
    read.push({ branch, guard });
  }
  return read;
}

function nameOf(fallback: Fact<string> | undefined) {
  if (fallback?.kind === "known") return fallback.value;
  if (fallback?.kind === "unknown") return fallback;
  return {
    kind: "unknown",
    why: "the project has no default branch",
    howToLearn: "name the branch as `ref` of the environment",
  } as const;
}

/** The API's root: GitHub's own is on a host of its own, an enterprise server's below /api/v3. */
function accessOf({ kind, url, project }: Forge, http: Http, token: string): ForgeAccess {
  const root = url.replace(/\/+$/, "");
  if (kind === "gitlab") return { http, api: `${root}/api/v4`, headers: { "private-token": token }, project };
  const own = new URL(root).hostname === "github.com";
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
  return { http, api: own ? "https://api.github.com" : `${root}/api/v3`, headers, project };
}
