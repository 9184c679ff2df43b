import { TestRepository } from "./own.test-support.ts";

/*
 * A backup in a process of its own, for a test that kills it: says so once the dump has begun, and holds the manifest back as long
 * as pg_dump's output is waited for.
 */
const { BACKUP_URL: url = "", BACKUP_REPOSITORY: folder = "", BACKUP_PASSWORD: password = "" } = process.env;
if (import.meta.main) {
  const repository = new TestRepository(folder, password);
  await repository.backUp(url, { progress: (text) => void process.stdout.write(`${text}\n`) });
}
