import { ask } from "../servers/postgresql.ts";
import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const wrongSecret: Fault = {
  id: "wrong-secret",
  title: "A password that no longer fits",
  really:
    "GitLab's password is changed in the real database and nowhere else, as a rotation that was done by half; its open connections are ended. GitLab cannot log in.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("gitlab-postgresql"),
  async apply(platform, target, random) {
    const { postgresql } = environmentOf(platform, target);
    const other = `rotated-${Math.floor(random() * 1e9).toString(36)}`;
    await setPassword(postgresql.adminUrl(), other);
  },
  async mend(platform, target) {
    const { postgresql } = environmentOf(platform, target);
    await setPassword(postgresql.adminUrl(), new URL(postgresql.ownerUrl("gitlabhq_production")).password);
  },
};

async function setPassword(admin: string, password: string): Promise<void> {
  await ask(admin, [
    `alter role gitlab password '${password.replaceAll("'", "''")}'`,
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gitlab'",
  ]);
}
