import { stringify } from "yaml";
import type { Proposal } from "../platform/propose.ts";

/** A new `millwright.yaml`, written for the person who will keep it. */
export function platformFileText(
  platform: string,
  proposal: Proposal,
  repositories: readonly { readonly name: string; readonly url: string }[],
): string {
  const section = (comment: string, value: object): string => `\n# ${comment}\n${stringify(value, { lineWidth: 0 })}`;
  return [
    "# yaml-language-server: $schema=./millwright.schema.json\n$schema: ./millwright.schema.json\n",
    section("What people call this platform.", { platform }),
    section(
      'Each environment: the folders and files that only it uses (. is everything), or the Git ref that it follows. State its Kubernetes version (kubernetes: "1.32")\n# and whether Argo CD shall undo changes made by hand (selfHeal), so that the audit can judge both.',
      { environments: proposal.environments },
    ),
    section("What runs, as it was recognised. Add what the repository does not show.", {
      components: proposal.components,
    }),
    ...(repositories.length === 0
      ? []
      : [section("The other repositories this platform is made of.", { repositories })]),
    "\n# Decisions to live with a finding end on a day: suppress: [{ rule: ID, reason: why, until: 2027-06-30 }]\n",
  ].join("");
}
