import { spawn } from "node:child_process";
import { PassThrough, type Readable } from "node:stream";
import type { InPod } from "./environ.ts";
import type { GitlabStandIn } from "./gitlab/index.ts";
import type { Answering } from "./gitlab/rake-restore.ts";
import type { Exec, Running } from "./kubernetes/exec.ts";
import type { JobProgram } from "./kubernetes/job.ts";
import type { MlflowStandIn } from "./mlflow/index.ts";
import { pause } from "./servers/children.ts";
import type { DatabaseName, Postgresql } from "./servers/postgresql.ts";
import type { Redis } from "./servers/redis.ts";
import { onVolume, type Volume } from "./stores/volumes.ts";

/** What the pods of an environment stand for; a part that is not there yet is undefined. */
export interface Programs {
  postgresql?: Postgresql;
  redis?: Redis;
  gitlab?: GitlabStandIn;
  mlflow?: MlflowStandIn;
  /** What `tar` and its like see in pods. */
  volumes?: readonly Volume[];
  /** The claims that a pod has, by their names: what a pod beside an application sees of its files. */
  claims?: (namespace: string, pod: string) => readonly string[];
  /** What a container's first process has as its environment; undefined where there is no such container. */
  environ?: (at: InPod) => string | undefined;
  /** GitLab's `backup-utility`, in the toolbox. */
  backup?: (
    argv: readonly string[],
    say: (line: string) => void,
    answering?: Answering,
  ) => Promise<{ readonly exitCode: number }>;
  /** What runs in the toolbox beside its own main process. */
  processes?: () => readonly string[];
}

function byUtility(
  backup: NonNullable<Programs["backup"]>,
  argv: readonly string[],
  variables: readonly string[],
): Running {
  const stdout = new PassThrough();
  const assumesYes = variables.some((one) => /^GITLAB_ASSUME_YES=(?:1|yes|true)$/.test(one));
  const ended = backup(argv, (line) => void stdout.write(`${line}\n`), { assumesYes });
  return { stdout, exitCode: ended.then((outcome) => outcome.exitCode).finally(() => stdout.end()) };
}

const postgresqlTools = ["pg_dump", "pg_restore", "psql", "pg_isready"];

/**
 * What runs in a container: PostgreSQL's and Redis' own tools, on the real servers; what GitLab's toolbox and MLflow's image can do,
 * by the stand-ins. Anything else, a shell too, is not found.
 */
export function execIn(programs: Programs): Exec {
  return ({ namespace, pod, container, command, stdin }) => {
    const own = environment(programs, { namespace, pod, container }, command) ?? ofToolbox(programs, pod, command);
    if (own !== undefined) return own;
    const [program = "", ...args] = command;
    const seen = { name: pod, claims: programs.claims?.(namespace, pod) ?? [] };
    const real =
      realTool(programs, pod, program.replace(/^.*\//, "")) ?? onVolume(programs.volumes ?? [], seen, command);
    if (real !== undefined) return run(real, args, stdin);
    return standInFor(programs, pod, command) ?? answered(notFound(program));
  };
}

/** What a stand-in does for a pod; undefined: it has no such program. */
function standInFor({ gitlab, mlflow }: Programs, pod: string, command: readonly string[]): Running | undefined {
  if (/toolbox/.test(pod)) return gitlab === undefined ? undefined : answered(gitlab.toolbox(command));
  return /mlflow/.test(pod) && mlflow !== undefined ? answered(mlflow.exec(command)) : undefined;
}

/** What the toolbox has beside its volume and `gitlab-rake`. */
function ofToolbox(
  { gitlab, backup, processes }: Programs,
  pod: string,
  command: readonly string[],
): Running | undefined {
  if (!/toolbox/.test(pod)) return undefined;
  // env(1): what is set stands before the program.
  const [variables, [program = "", ...args]] = withoutEnv(command);
  if (backup !== undefined && /(?:^|\/)backup-utility$/.test(program)) return byUtility(backup, args, variables);
  const line = command.join(" ");
  if (processes !== undefined && line === "ps -eo args") return answered(said(["COMMAND", ...processes()]));
  return gitlab !== undefined && line === "cat /srv/gitlab/VERSION" ? answered(said([gitlab.version])) : undefined;
}

function withoutEnv(command: readonly string[]): readonly [variables: readonly string[], rest: readonly string[]] {
  if (command[0] !== "env") return [[], command];
  const first = command.findIndex((word, index) => index > 0 && !/^[A-Za-z_]\w*=/.test(word));
  return first < 0 ? [command.slice(1), []] : [command.slice(1, first), command.slice(first)];
}

/** What programs in a container really have as their environment: a backup learns by it which database is used. */
function environment(programs: Programs, at: InPod, [program = "", ...args]: readonly string[]): Running | undefined {
  if (!/^(?:(?:\/usr)?\/bin\/)?cat$/.test(program) || args.join(" ") !== "/proc/1/environ") return undefined;
  const environ = programs.environ?.(at);
  return environ === undefined ? undefined : answered(printed(environ));
}

async function said(lines: readonly string[]) {
  return printed(`${lines.join("\n")}\n`);
}

async function printed(stdout: string) {
  return { exitCode: 0, stdout, stderr: "" };
}

async function notFound(program: string) {
  return { exitCode: 127, stdout: "", stderr: `${program}: command not found\n` };
}

interface RealTool {
  readonly tool: string;
  /** Before those of the command. */
  readonly first?: readonly string[];
  /** In the place of those of the command. */
  readonly args?: readonly string[];
  /** A path that does not begin at the root is below it. */
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A database's own tool, in a pod of that database. */
function realTool({ postgresql, redis }: Programs, pod: string, tool: string): RealTool | undefined {
  if (postgresqlTools.includes(tool) && /postgresql/.test(pod) && postgresql !== undefined)
    return { tool, env: loginOf(postgresql, pod) };
  if (!["redis-cli", "valkey-cli"].includes(tool) || redis === undefined) return undefined;
  const { password, port } = new URL(redis.secretUrl);
  return { tool: "redis-cli", first: ["-p", port], env: { REDISCLI_AUTH: password } };
}

const databases: readonly { readonly pods: string; readonly name: DatabaseName }[] = [
  { pods: "mlflow", name: "mlflow" },
  { pods: "keycloak", name: "keycloak" },
];

/** As the image's environment has it: which database, and as whom. */
function loginOf(postgresql: Postgresql, pod: string): Readonly<Record<string, string>> {
  const database = databases.find(({ pods }) => pod.startsWith(pods))?.name ?? "gitlabhq_production";
  const { username, password, port } = new URL(postgresql.ownerUrl(database));
  return { PGHOST: "127.0.0.1", PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: database };
}

function run({ tool, first = [], args, cwd, env }: RealTool, asked: readonly string[], stdin: Readable): Running {
  const child = spawn(tool, [...first, ...(args ?? asked)], {
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", ...env },
    stdio: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.on("error", () => undefined);
  stdin.pipe(child.stdin);
  const exitCode = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 137));
  });
  return { stdout: child.stdout, stderr: child.stderr, exitCode, kill: () => void child.kill() };
}

function answered(
  answer: Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>,
): Running {
  return {
    stdout: once(answer.then(({ stdout }) => stdout)),
    stderr: once(answer.then(({ stderr }) => stderr)),
    exitCode: answer.then(({ exitCode }) => exitCode),
  };
}

async function* once(text: Promise<string>): AsyncIterable<string> {
  const all = await text;
  if (all !== "") yield all;
}

/**
 * What Jobs do: the one of GitLab's chart migrates the real database to the version of its image, as the chart's upgrade does; the
 * toolbox's backs up. Others succeed without doing anything; their log says so.
 */
export function jobsOf(programs: Programs): JobProgram {
  return async (pod) => {
    const { job, containers } = pod;
    const log = (text: string): void => pod.log(text);
    const backup = containers.map(({ args }) => backupWords(args)).find((words) => words !== undefined);
    if (backup !== undefined && programs.backup !== undefined)
      return (await programs.backup(backup, (line) => log(`${line}\n`))).exitCode;
    const version = /:v?(\d+\.\d+\.\d+)/.exec(containers[0]?.image ?? "")?.[1];
    if (!/migrations/.test(job) || version === undefined) {
      log("nothing is done here: the lab's Jobs other than GitLab's migrations and backups only end\n");
      return 0;
    }
    const gitlab = await gitlabOf(programs);
    if (version === gitlab.version) return 0;
    log(`migrating the database from ${gitlab.version} to ${version}\n`);
    await gitlab.upgrade(version);
    log("done\n");
    return 0;
  };
}

/** A Job of a lab that was stopped meanwhile begins with the cluster, before GitLab is there. */
async function gitlabOf(programs: Programs): Promise<GitlabStandIn> {
  for (let waited = 0; programs.gitlab === undefined && waited < 60_000; waited += 200) await pause(200);
  if (programs.gitlab === undefined) throw new Error("the database is not there");
  return programs.gitlab;
}

/** What follows `backup-utility` in `bash -c "backup-utility …"`, as the chart's CronJob has it. */
function backupWords(args: readonly string[] = []): readonly string[] | undefined {
  const words = (args.at(-1) ?? "").split(/\s+/).filter((word) => word !== "");
  return words[0] === "backup-utility" ? words.slice(1) : undefined;
}
