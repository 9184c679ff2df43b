import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const fullDisk: Fault = {
  id: "full-disk",
  title: "A full disk below the database",
  really:
    "No disk is filled. The real PostgreSQL refuses every write and every temporary file (default_transaction_read_only, temp_file_limit), as managed services do on a full disk; connections that are open meet it at once, and reading goes on.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("postgresql"),
  async apply(platform, target) {
    const { postgresql } = environmentOf(platform, target);
    await postgresql.set("temp_file_limit", "0");
    await postgresql.set("default_transaction_read_only", "on");
  },
  async mend(platform, target) {
    const { postgresql } = environmentOf(platform, target);
    await postgresql.set("default_transaction_read_only", undefined);
    await postgresql.set("temp_file_limit", undefined);
  },
};
