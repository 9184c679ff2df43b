import { spawn } from "node:child_process";

export interface Measured {
  readonly seconds: number;
  readonly out: string;
}

/** Runs a program or a line of the shell and says how long it took; throws when it fails. */
export function measured(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const began = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (err += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      if (status === 0) resolve({ seconds: (performance.now() - began) / 1000, out });
      else reject(new Error(`${program} ended with ${status}: ${err.slice(0, 2000)}`));
    });
  });
}

export function bash(line: string, env: Readonly<Record<string, string>> = {}): Promise<Measured> {
  return measured("bash", ["-c", `set -euo pipefail; ${line}`], env);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

export function seconds(numbers: readonly number[]): string {
  return numbers.length === 0 ? "" : `${median(numbers).toFixed(1)} s`;
}
