import { pythonCopy, shellCopy } from "../../src/backups/kinds/sqlite/copy-scripts.ts";
import { programOnPath } from "../servers/children.ts";

/*
 * What copies a live SQLite database in a pod. There is no shell in the lab's pods: of its scripts and Python's these two are let
 * through, word by word, and the questions for the versions.
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
