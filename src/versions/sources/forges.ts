import * as z from "zod";
import type { Fact } from "../../kernel/fact.ts";
import { parseInstant } from "../../kernel/instant.ts";
import { isPrerelease, type Release, type Releases } from "../releases.ts";
import type { Ask, Question } from "./ask.ts";
import { parseJson, readPages, type Source, type UpstreamOf } from "./source.ts";

const GitLabReleases = z.array(
  z.object({ tag_name: z.string(), released_at: z.string().nullish(), upcoming_release: z.boolean().nullish() }),
);
const GitLabTags = z.array(
  z.object({ name: z.string(), commit: z.object({ id: z.string(), committed_date: z.string().nullish() }) }),
);
const GitHubReleases = z.array(
  z.object({ tag_name: z.string(), published_at: z.string().nullish(), prerelease: z.boolean(), draft: z.boolean() }),
);
const GitHubTags = z.array(z.object({ name: z.string(), commit: z.object({ sha: z.string() }) }));

/**
 * GitLab's releases (docs.gitlab.com/api/releases); a project without any is asked for its tags. Pages are followed by
 * `Link`, which GitLab sends for numbered and for keyset paging alike.
 */
export const gitlab: Source<UpstreamOf<"gitlab">> = {
  id: "gitlab",
  list: (ask, { api, project }) => {
    const base = `${api}/projects/${encodeURIComponent(project)}`;
    return releasesOrTags(
      () =>
        pages(ask, `${base}/releases?per_page=100`, {}, GitLabReleases, (release) => {
          const upcoming = release.upcoming_release === true;
          return named(release.tag_name, release.released_at, undefined, upcoming);
        }),
      () =>
        pages(ask, `${base}/repository/tags?per_page=100&order_by=updated&pagination=keyset`, {}, GitLabTags, (tag) =>
          named(tag.name, tag.commit.committed_date, tag.commit.id, false),
        ),
    );
  },
};

/** GitHub's releases (docs.github.com/rest/releases); a repository without any is asked for its tags. Drafts are left out. */
export const github: Source<UpstreamOf<"github">> = {
  id: "github",
  list: (ask, { api, repository }) => {
    const base = `${api}/repos/${repository.split("/").map(encodeURIComponent).join("/")}`;
    const question = { accept: "application/vnd.github+json" };
    return releasesOrTags(
      () =>
        pages(ask, `${base}/releases?per_page=100`, question, GitHubReleases, (release) =>
          release.draft ? undefined : named(release.tag_name, release.published_at, undefined, release.prerelease),
        ),
      () =>
        pages(ask, `${base}/tags?per_page=100`, question, GitHubTags, (tag) =>
          named(tag.name, undefined, tag.commit.sha, false),
        ),
    );
  },
};

function named(version: string, date: string | null | undefined, digest: string | undefined, before: boolean): Release {
  const at = typeof date === "string" ? parseInstant(date) : undefined;
  return {
    version,
    prerelease: before || isPrerelease(version),
    ...(at === undefined ? {} : { at }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function pages<S extends z.ZodArray>(
  ask: Ask,
  url: string,
  question: Question,
  schema: S,
  read: (item: z.output<S>[number]) => Release | undefined,
): Promise<Fact<readonly Release[]>> {
  return readPages(ask, url, question, "a list of releases", ({ body }) =>
    parseJson(body, schema)
      ?.map(read)
      .filter((release) => release !== undefined),
  );
}

async function releasesOrTags(releases: () => Promise<Releases>, tags: () => Promise<Releases>): Promise<Releases> {
  const found = await releases();
  const none = found.kind === "absent" || (found.kind === "known" && found.value.length === 0);
  return none ? tags() : found;
}
