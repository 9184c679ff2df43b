import type { Account } from "./servers/login-service.ts";
import type { StateFolder } from "./state.ts";

/** Who can log in to the lab. Their passwords are the lab's own, made with it. */
export function accountsOf(folder: StateFolder): readonly Account[] {
  const account = (id: string, name: string, groups: readonly string[], may: string): Account => ({
    id,
    name,
    groups,
    may,
    password: folder.secret(`password-${id}`, () => words(folder, id)),
  });
  return [
    account("operator", "Olga Operator", ["mlops", "mlops-operators"], "plans work and starts runs"),
    account("approver", "Ari Approver", ["mlops", "mlops-approvers"], "agrees to what others start in production"),
    account("admin", "Ada Admin", ["mlops", "mlops-admins"], "everything, also tokens"),
  ];
}

/** Short enough to type: the lab listens on this machine alone. */
function words(folder: StateFolder, id: string): string {
  const text = folder
    .secret(`words-${id}`)
    .replaceAll(/[^a-z0-9]/gi, "")
    .toLowerCase();
  return `lab-${text.slice(0, 6)}`;
}
