import { pythonCopy, shellCopy } from "../../src/backups/kinds/sqlite/copy-scripts.ts";
import { sizeScript, swapScript, tidyScript, writeScript } from "../../src/backups/kinds/sqlite/restore.ts";
import { roomScript } from "../../src/backups/kinds/volume/look.ts";
import { programOnPath } from "../servers/children.ts";

/*
 * What copies a live SQLite database in a pod, and puts a copy in its place. There is no shell in the lab's pods but for scripts that
 * are known: these are let through, word by word, and the questions for the versions.
 */

const pythonAsks = "import sqlite3; print(sqlite3.sqlite_version)";

/** The program of this machine that the pods have; undefined: neither. */
export function copierOf(): "python3" | "sqlite3" | undefined {
  return (["python3", "sqlite3"] as const).find((name) => programOnPath(name) !== undefined);
}

/** Whether a pod runs a command; where the database is stands last. */
export function isCopy([program, ...args]: readonly string[]): boolean {
  const [first, second] = args;
  const copier = copierOf();
  if (program === "python3")
    return copier === "python3" && first === "-c" && [pythonAsks, pythonCopy].includes(second ?? "");
  if (copier !== "sqlite3") return false;
  if (program === "sqlite3") return args.join(" ") === "-batch -version";
  return program === "sh" && first === "-c" && second === shellCopy;
}

const scripts: readonly string[] = [roomScript, sizeScript, tidyScript, writeScript, swapScript];

/** Whether it is one of those that put a copy in its place, behind which nothing but paths stands: none of them may begin elsewhere. */
export function isScript([program, flag, script = "", , ...paths]: readonly string[]): boolean {
  return program === "sh" && flag === "-c" && scripts.includes(script) && paths.length > 0;
}
