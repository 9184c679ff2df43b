import type { Ended, Running } from "../../kernel/backup-ports.ts";

/** All that a program prints, once it has ended, in UTF-8. */
export async function textOf({ output }: Pick<Running, "output">): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of output) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8").trim();
}

/** All that a program had to say. */
export interface Heard {
  readonly text: string;
  readonly ended: Ended;
}

export async function heard(running: Running): Promise<Heard> {
  const text = await textOf(running);
  return { text, ended: await running.ended };
}
