import { isAbsolute, join, normalize } from "node:path";
import { checkGit, isGitScript } from "./git-tools.ts";
import { isCopy, isScript } from "./sqlite-tools.ts";

/** A volume of a pod, and the folder that it really is. */
export interface Volume {
  /** Its pods' names begin so. */
  readonly pods: string;
  /** By which other pods have it too. */
  readonly claim?: string;
  readonly mountPath: string;
  readonly folder: string;
}

/** A pod, as far as it has volumes. */
export interface Seen {
  readonly name: string;
  readonly claims: readonly string[];
}

export interface VolumeCommand {
  readonly tool: string;
  readonly args: readonly string[];
  /** The volume itself: a path without a beginning is never one of whoever runs the lab. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Git as it is, without the configuration of whoever runs the lab, in repositories of any owner, and without hooks: tar may lay one there. */
const env = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  GIT_CONFIG_KEY_1: "core.hooksPath",
  GIT_CONFIG_VALUE_1: "/dev/null",
};

/** What the images have that looks at files or copies them. None of them starts another program with the options let through. */
const tools = ["tar", "cat", "ls", "du", "df", "rm", "stat", "sha256sum", "find", "git"];

const tarOptions =
  /^-?[cxtzvfpC]+$|^--(?:create|extract|list|gzip|verbose|file(?:=.*)?|directory(?:=.*)?|exclude=.*|sort=name|numeric-owner|xattrs|warning=.*|one-file-system)$/;

/**
 * A command that looks at a pod's volume, with the folder in the place of where the pod sees it; undefined: no such program in that
 * pod. Throws, as the program would say it, for a path outside the volume and for options that could start anything else.
 */
export function onVolume(volumes: readonly Volume[], pod: Seen, command: readonly string[]): VolumeCommand | undefined {
  const [program = "", ...args] = command;
  const tool = program.replace(/^(?:\/usr)?\/bin\//, "");
  const volume = volumes.find(
    ({ pods, claim }) => pod.name.startsWith(pods) || (claim !== undefined && pod.claims.includes(claim)),
  );
  if (volume === undefined) return undefined;
  if (!(tools.includes(tool) || isCopy(command) || isScript(command) || isGitScript(command))) return undefined;
  if (tool === "git") checkGit(args);
  const mapped = tool === "find" ? findArgs(args, volume) : args.map((arg) => inside(tool, arg, volume));
  return { tool, args: mapped, cwd: volume.folder, env };
}

const findOptions = ["-maxdepth", "-type", "-name", "-path", "-o", "-prune", "-print"];

/** What it finds is named as the pod sees it. */
function findArgs(args: readonly string[], volume: Volume): readonly string[] {
  const strange = args.find((arg) => arg.startsWith("-") && !findOptions.includes(arg));
  if (strange !== undefined) throw new Error(`find: unknown predicate '${strange}'`);
  const [start = ""] = args;
  const shown = `${start.replace(/\/+$/, "").replaceAll("\\", "\\\\").replaceAll("%", "%%")}/%P\\n`;
  return args.flatMap((arg) => (arg === "-print" ? ["-printf", shown] : [inside("find", arg, volume)]));
}

function inside(tool: string, arg: string, volume: Volume): string {
  if (tool === "tar") checkTar(arg);
  const option = /^--[\w-]+=(?=\/)/.exec(arg)?.[0] ?? "";
  const path = arg.slice(option.length);
  const place = isAbsolute(path) ? below(path, volume) : path;
  if (place === undefined || path.split("/").includes(".."))
    throw new Error(`${tool}: ${path}: No such file or directory`);
  return `${option}${place}`;
}

function checkTar(arg: string): void {
  if (/^-./.test(arg) && !tarOptions.test(arg)) throw new Error(`tar: unrecognized option '${arg}'`);
}

function below(path: string, { mountPath, folder }: Volume): string | undefined {
  const plain = normalize(path);
  return plain === mountPath || plain.startsWith(`${mountPath}/`)
    ? join(folder, plain.slice(mountPath.length))
    : undefined;
}
