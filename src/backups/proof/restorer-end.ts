import type { Ended } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";

/** What ends pg_restore on a machine that has no more to give, whatever the archive is. */
const machine =
  /out of memory|Cannot allocate memory|Input\/output error|Too many open files|could not (?:fork|create worker process|create communication channels)/;

/** Throws `SystemError` where pg_restore ended so that its end says nothing about the archive: it, or one of its workers, was killed. */
export function refuseBrokenRestorer({ status, signal, errors }: Ended): void {
  if (status === 0) return;
  if (signal !== null)
    throw new SystemError(`pg_restore was killed (${signal}); was there too little memory?`, "retry");
  const fatal = errors
    .split(/^pg_restore: error: /m)
    .slice(1)
    .flatMap((block) => block.split("\n")[0] ?? [])
    .filter((line) => !/: (?:ERROR|FATAL|PANIC): /.test(line)); // what the server refused
  // A worker that finds damage says so before it ends (src/bin/pg_dump/parallel.c, ListenToWorkers).
  if (fatal.length > 0 && fatal.every((line) => line.includes("a worker process died unexpectedly")))
    throw new SystemError("a worker of pg_restore was killed; was there too little memory?", "retry");
  const [words] = fatal.filter((line) => machine.test(line.replaceAll(/"[^"]*"/g, '""')));
  if (words !== undefined) throw new SystemError(`pg_restore gave up: ${words}`, "stop");
}
