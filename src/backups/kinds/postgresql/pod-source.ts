import { InputError } from "../../../kernel/errors.ts";
import { printedBy, saidBy } from "../pod.ts";
import { type Dumper, type DumpSource, dumpOptions } from "./pg-dump.ts";
import { connectInPod, type PodDatabase, podCommand } from "./pod-session.ts";

/** A database in a pod, by the pod's own psql and pg_dump. */
export function sourceInPod(where: PodDatabase, signal: AbortSignal): DumpSource {
  return {
    connect: () => connectInPod(where, signal),
    async dumper(serverVersion): Promise<Dumper> {
      const said = await saidBy(where.pod, ["pg_dump", "--version"], { signal });
      const version = /PostgreSQL\) (\S+)/.exec(said)?.[1] ?? said.trim();
      const major = (text: string): number => Number(/^\d+/.exec(text)?.[0] ?? 0);
      if (major(version) < major(serverVersion))
        throw new InputError(
          `the database runs PostgreSQL ${serverVersion}, and pg_dump in ${where.pod.label} is ${version}, which refuses a newer server: name a pod with the server's own programs`,
        );
      return {
        version: Promise.resolve(version),
        dump: (snapshot, ending) =>
          printedBy(where.pod, podCommand("pg_dump", dumpOptions(snapshot), where), { signal: ending }),
      };
    },
  };
}
