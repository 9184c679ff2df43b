import type { GitlabArchive } from "./proof.ts";

/** What `backup_information.yml` says. */
export interface GitlabInformation extends Omit<GitlabArchive, "parts"> {
  /** The newest migration of the database that was dumped. */
  readonly schemaHead: string | undefined;
}

/** Its path in the tar. */
export const informationFile = /^(?:\.\/)?backup_information\.yml$/;

/** More than any such file has. */
export const longestInformation = 65_536;

/** `:gitlab_version: 17.8.7`, as Ruby writes symbols in YAML (lib/backup of gitlab-org/gitlab: backup_information). */
export function readInformation(text: string): GitlabInformation {
  const field = (name: string): string | undefined => {
    const found = new RegExp(`^:?${name}:[ \\t]*(.*)$`, "m")
      .exec(text)?.[1]
      ?.replace(/^(["'])(.*)\1$/, "$2")
      .trim();
    return found === "" ? undefined : found;
  };
  return {
    version: field("gitlab_version"),
    createdAt: field("backup_created_at"),
    installation: field("installation_type"),
    schemaHead: field("db_version"),
    skipped: (field("skipped") ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  };
}
