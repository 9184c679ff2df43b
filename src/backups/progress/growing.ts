import type { StoredFiles } from "../../kernel/backup-ports.ts";

const everyMillis = 1000;

/** Does what fills a file that none of it passes through us to, and tells meanwhile how long the file is. */
export async function whileGrowing(
  path: string,
  files: Pick<StoredFiles, "look">,
  grown: (bytes: number) => void,
  work: () => Promise<void>,
): Promise<void> {
  const look = async (): Promise<void> => {
    const found = await files.look(path);
    if (found !== undefined) grown(found.size);
  };
  // What cannot be looked at now is told a second later, or at the end.
  const timer = setInterval(() => void look().catch(() => undefined), everyMillis);
  timer.unref();
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
