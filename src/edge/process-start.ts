import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process began, in digits that are only compared: a number may since belong to another program, a number with this
 * start cannot. undefined when there is no such process, or only a zombie of it.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform !== "linux") return startByPs(pid);
  try {
    // proc(5): the name in field 2 is in brackets and may hold any character; field 3 is the state, 22 the start in clock ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const said = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    const began = Date.parse(said);
    return Number.isNaN(began) ? undefined : String(began);
  } catch {
    return undefined;
  }
}
