import { canMount } from "../servers/bounded-disk.ts";
import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const fullDisk: Fault = {
  id: "full-disk",
  title: "A full disk below the database",
  really:
    "Where root runs the lab, the disk is really full: PostgreSQL is started anew with its data on a small disk of its own, and a file takes all that is left there; what needs room fails, until the server ends itself for want of it. Elsewhere no disk is filled: PostgreSQL refuses every write and every temporary file (default_transaction_read_only, temp_file_limit), as managed services do. Reading goes on.",
  here: () => (canMount() ? "the disk is really full" : "no disk was filled: every write is refused"),
  endsWithLab: true,
  targets: () => inEveryEnvironment("postgresql"),
  async apply(platform, target) {
    const { postgresql } = environmentOf(platform, target);
    if (canMount()) return postgresql.fillDisk();
    await postgresql.set("temp_file_limit", "0");
    await postgresql.set("default_transaction_read_only", "on");
  },
  async mend(platform, target) {
    const { postgresql } = environmentOf(platform, target);
    if (canMount()) return postgresql.freeDisk();
    await postgresql.set("default_transaction_read_only", undefined);
    await postgresql.set("temp_file_limit", undefined);
  },
};
