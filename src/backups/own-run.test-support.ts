import { isFeed, type ProgramCall, type Running } from "../kernel/backup-ports.ts";
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
    yield chunk;
    await stopped();
  }
}

async function stopped(): Promise<void> {
  process.stdout.write("stopped\n");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

function start(call: ProgramCall): Running {
  const { input } = call;
  if (input === undefined || !call.args.includes(file)) return testPorts.programs.start(call);
  if (!(input instanceof Uint8Array))
    return testPorts.programs.start({ ...call, input: isFeed(input) ? { ...input, whole: stopped } : stopping(input) });
  // Nobody gets to hear how it ends.
  const running = process.env["BACKUP_STOP_BEFORE"] === "1" ? undefined : testPorts.programs.start(call);
  void stopped();
  return { output: nothing(), stop: () => undefined, ended: running?.ended.then(() => never) ?? never };
}

const never = new Promise<never>(() => undefined);

async function* nothing(): AsyncGenerator<Uint8Array> {}

if (import.meta.main) {
  const programs = { ...testPorts.programs, start };
  await new TestRepository(folder, password).backUp(url, {}, { programs });
}
