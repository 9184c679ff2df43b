import type { ProgramCall } from "../kernel/backup-ports.ts";
import { TestRepository, testPorts } from "./own.test-support.ts";

/*
 * A backup in a process of its own, for a test that kills it: it stops while restic stores the file that is named, says so, and
 * goes no further.
 */
const {
  BACKUP_URL: url = "",
  BACKUP_REPOSITORY: folder = "",
  BACKUP_PASSWORD: password = "",
  BACKUP_STOP_AT: file = "",
} = process.env;

async function* stopping(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) {
    if (file === "dump.pgdump") yield chunk;
    if (file.startsWith("half")) yield chunk.subarray(0, chunk.length / 2);
    process.stdout.write("stopped\n");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  }
}

function start(call: ProgramCall): ReturnType<typeof testPorts.programs.start> {
  const stops = call.input !== undefined && call.args.includes(file.replace(/^half of /, ""));
  return testPorts.programs.start(stops ? { ...call, input: stopping(call.input) } : call);
}

if (import.meta.main) {
  const programs = { ...testPorts.programs, start };
  await new TestRepository(folder, password).backUp(url, {}, { programs });
}
