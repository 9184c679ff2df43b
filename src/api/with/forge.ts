import { type Finding, findingId } from "../../findings/finding.ts";
import type { Look } from "../../findings/life-cycle.ts";
import { recordLook } from "../../findings/store-record.ts";
import { type Suppression, suppress } from "../../findings/suppression.ts";
import { readGuards } from "../../forge/forge.ts";
import { judgeGuard } from "../../forge/reviews.ts";
import { unreviewedPage } from "../../forge/rule.ts";
import { type GuardRow, keepGuards } from "../../forge/store.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Building, Capability } from "./capability.ts";

const { id: rule, title, group } = unreviewedPage;

/** Reviews, as the forge enforces them: what is known of each environment's branch, and a finding where production has none. */
export function forgeOf({ parts, ports, platform, look }: Building): Capability {
  if (parts.config().forge === undefined) return {};
  const needsReview = (environment: string): boolean =>
    environment === "production" ||
    [...platform().policy.secondPerson, ...parts.config().secondPerson].includes(environment);
  return {
    jobs: [
      {
        id: "forge",
        everySeconds: 900,
        timeoutSeconds: 300,
        async run({ store, now }) {
          const { forge } = parts.config();
          if (forge === undefined) return;
          await look();
          const { environments, suppress: suppressions } = platform();
          const token = await parts.useSecret(forge.token, "reading reviews");
          const read = await readGuards(
            forge,
            environments.map(({ ref }) => ref),
            ports.http,
            token,
          );
          const rows = environments.flatMap(({ name }, index): readonly GuardRow[] => {
            const found = read[index];
            if (found === undefined) return [];
            const { branch, guard } = found;
            return [{ environment: name, project: forge.project, branch: branch ?? null, guard, at: now }];
          });
          await store.transaction(async (part) => {
            await keepGuards(part, rows);
            await recordLook(
              part,
              lookAt(
                rows.filter(({ environment }) => needsReview(environment)),
                suppressions,
                now,
              ),
              { id: "forge" },
              now,
            );
          });
        },
      },
    ],
  };
}

function lookAt(rows: readonly GuardRow[], suppressions: readonly Suppression[], now: Instant): Look {
  const judged = rows.map((row) => {
    const branch = row.branch ?? "the default branch";
    const subject = `branch/${row.project}`;
    const id = findingId(rule, { environment: row.environment, subject });
    const at = { file: `${row.project}@${branch}`, line: 1, column: 1 };
    return { verdict: judgeGuard(branch, row.guard), id, rule, title, subject, environment: row.environment, at };
  });
  const findings = judged.flatMap(({ verdict, at, ...rest }): readonly Finding[] => {
    if (verdict.kind !== "finding") return [];
    const { severity, message, fix } = verdict;
    return [{ ...rest, group, severity, message, fix, places: [at] }];
  });
  const { open, suppressed } = suppress(findings, suppressions, now);
  return {
    findings: open,
    unknown: judged.flatMap(({ verdict, ...rest }) => {
      if (verdict.kind !== "unknown") return [];
      return [{ ...rest, why: verdict.why, howToLearn: verdict.howToLearn }];
    }),
    suppressed,
    ran: new Set([rule]),
    unread: [],
    blind: false,
  };
}
