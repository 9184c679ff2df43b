import { execFile } from "node:child_process";
import { SystemError } from "../../src/kernel/errors.ts";

/** Who made a commit, and when. */
export interface Author {
  readonly name: string;
  readonly email: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Runs Git in a folder, without the configuration of whoever runs the lab, and gives what it said. */
export async function inGit(folder: string, args: readonly string[], author?: Author): Promise<string> {
  const env = gitEnvironment(author);
  return new Promise((resolve, reject) => {
    execFile("git", args, { cwd: folder, env, maxBuffer: 64_000_000 }, (cause, stdout, stderr) => {
      if (cause === null) resolve(stdout);
      else reject(new SystemError(`git ${args[0]} in ${folder}: ${stderr.trim() || cause.message}`, "stop", { cause }));
    });
  });
}

/** Without the configuration of whoever runs it. */
export function gitEnvironment(author?: Author): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...(author === undefined ? {} : authorship(author)),
  };
}

function authorship({ name, email, at }: Author): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: at,
  };
}
