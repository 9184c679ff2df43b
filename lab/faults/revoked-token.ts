import { digestOf } from "../gitlab/tokens.ts";
import { ask } from "../servers/postgresql.ts";
import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const revokedToken: Fault = {
  id: "revoked-token",
  title: "A token that was revoked",
  really:
    "The token with which GitLab is probed is revoked in the real database: GitLab answers 401, and what needs it is unknown, not unhealthy.",
  endsWithLab: false,
  targets: () => inEveryEnvironment("gitlab-token"),
  async apply(platform, target) {
    const { gitlab, tokens } = environmentOf(platform, target);
    await gitlab.refuse(tokens.probe);
  },
  async mend(platform, target) {
    const { postgresql, tokens } = environmentOf(platform, target);
    const digest = digestOf(tokens.probe);
    await ask(postgresql.ownerUrl("gitlabhq_production"), [
      `update personal_access_tokens set revoked = false where token_digest = '${digest}'`,
    ]);
  },
};
