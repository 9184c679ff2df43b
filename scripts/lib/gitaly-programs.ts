import { hash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { programOnPath } from "../../lab/servers/children.ts";
import type { ContractOptions } from "./contract-part.ts";
import { said } from "./program.ts";

/*
 * Gitaly and gitaly-backup, built from their Go module, and a Git that is new enough for them. GitLab ships them in its images; Go's
 * proxy has the module, and whoever has Go can build it.
 */

/** The last whose sum Go's checksum database knows. */
export const gitalyVersion = "v16.11.8";
const module = "gitlab.com/gitlab-org/gitaly/v16";
const moduleSum = "h1:bL9F90+rXTlQcsSuZJivn+CIwKGXXc787IJi4g3XQEU=";

/** Which Gitaly carries within itself (packed_binaries.go), so they are built before it. */
const carried = ["gitaly-hooks", "gitaly-ssh", "gitaly-lfs-smudge", "gitaly-gpg"];

/** What Gitaly asks for (internal/git/version.go). */
const oldestGit = [2, 42] as const;
/** Debian 13's; Debian 12 has 2.39. */
const git = {
  version: "2.47.3",
  url: "http://deb.debian.org/debian/pool/main/g/git/git_2.47.3.orig.tar.xz",
  sha256: "9c2eb1250781b3e5bfef098572d07fdf132d67e6c065e4307332ade9819a1501",
};

export interface GitalyPrograms {
  readonly gitaly: string;
  readonly gitalyBackup: string;
  readonly git: string;
}

/** The programs, built where all is wanted (ten minutes, once); a text: why they are not there. */
export async function gitalyPrograms({
  all,
  cache,
}: Pick<ContractOptions, "all" | "cache">): Promise<GitalyPrograms | string> {
  const tools = join(cache, "tools");
  const programs = { gitaly: join(tools, "gitaly"), gitalyBackup: join(tools, "gitaly-backup") };
  const isBuilt = existsSync(programs.gitaly) && existsSync(programs.gitalyBackup);
  if (!isBuilt && !all) return "not built; npm run contract -- gitaly does it in minutes, with Go";
  mkdirSync(tools, { recursive: true });
  try {
    const newEnough = await gitNewEnough(tools, all);
    if (newEnough === undefined) return `no git ${oldestGit.join(".")}; npm run contract -- gitaly builds one`;
    if (!isBuilt) await buildGitaly(tools);
    return { ...programs, git: newEnough };
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

async function buildGitaly(tools: string): Promise<void> {
  if (programOnPath("go") === undefined) throw new Error("no Go to build it");
  const source = join(tools, "..", "gitaly");
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "go.mod"), "module millwright.invalid/contract\n");
  const options = { cwd: source, env: { ...process.env, GOFLAGS: "-mod=mod -buildvcs=false" } };
  const { Dir: dir, Sum: sum } = z
    .object({ Dir: z.string(), Sum: z.string() })
    .parse(JSON.parse(await said("go", ["mod", "download", "-json", `${module}@${gitalyVersion}`], options)));
  if (sum !== moduleSum) throw new Error(`${module}@${gitalyVersion} is not what it was: its sum is ${sum}`);
  const copy = join(source, "module");
  cpSync(dir, copy, { recursive: true });
  // Go's cache is for reading alone.
  await said("chmod", ["-R", "u+w", copy]);
  const build = async (into: string, names: readonly string[]): Promise<void> => {
    const commands = names.map((name) => `./cmd/${name}`);
    const args = ["-n", "10", "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", `${into}/`, ...commands];
    await said("nice", args, { cwd: copy, env: { ...process.env, GOFLAGS: "-mod=readonly -buildvcs=false" } });
  };
  await build(join(copy, "_build", "bin"), carried);
  await build(tools, ["gitaly", "gitaly-backup"]);
  rmSync(source, { recursive: true });
}

/** This machine's, or one that was built of Debian's source. */
async function gitNewEnough(tools: string, all: boolean): Promise<string | undefined> {
  const own = programOnPath("git");
  if (own !== undefined && isNewEnough(await said(own, ["--version"]))) return own;
  const folder = join(tools, `git-${git.version}`);
  const built = join(folder, "git");
  if (existsSync(built)) return built;
  if (!all) return undefined;
  for (const name of ["make", "cc", "tar", "xz"])
    if (programOnPath(name) === undefined) throw new Error(`no ${name} to build git`);
  const answer = await fetch(git.url, { signal: AbortSignal.timeout(120_000) });
  if (!answer.ok) throw new Error(`${git.url} answers ${answer.status}`);
  const packed = Buffer.from(await answer.arrayBuffer());
  if (hash("sha256", packed) !== git.sha256) throw new Error(`${git.url} is not what it was`);
  const source = join(tools, "..", "git");
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "git.tar.xz"), packed);
  await said("tar", ["-xf", "git.tar.xz", "--strip-components=1"], { cwd: source });
  // Git starts itself out of this folder, whatever Git the path has.
  const without = ["CURL", "EXPAT", "OPENSSL", "GETTEXT", "PERL", "PYTHON", "TCLTK"].map((name) => `NO_${name}=1`);
  await said("nice", ["-n", "10", "make", "-s", "-j2", "CFLAGS=-O1", ...without, `gitexecdir=${folder}`, "git"], {
    cwd: source,
  });
  mkdirSync(folder, { recursive: true });
  cpSync(join(source, "git"), built);
  rmSync(source, { recursive: true });
  return built;
}

function isNewEnough(words: string): boolean {
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(words) ?? []).map(Number);
  return major > oldestGit[0] || (major === oldestGit[0] && minor >= oldestGit[1]);
}
