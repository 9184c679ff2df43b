import { spawn } from "node:child_process";

interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | Uint8Array;
}

/** What a program prints. Throws with the end of its complaints where it does not end well. */
export async function said(
  program: string,
  args: readonly string[],
  { input = "", ...options }: Surroundings = {},
): Promise<string> {
  const child = spawn(program, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  let [out, words] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (words = `${words}${chunk.toString()}`.slice(-4000)));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0)
    throw new Error(
      `${program} ${args.join(" ").slice(0, 300)} ended with ${code}: ${`${words}${out}`.trim().slice(-1500)}`,
    );
  return out;
}
