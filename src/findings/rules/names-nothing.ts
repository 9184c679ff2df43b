import type { PlatformConfig } from "../../platform/config.ts";
import { defineRule, type Rule, type SourceFile } from "../../systems/contract.ts";

const written = (entry: string): string => `${entry}\n`;

/** What `millwright.yaml` names and nothing answers to. It needs the ids of the other rules, since suppressions name them. */
export function namesNothing(ruleIds: ReadonlySet<string>): Rule {
  return defineRule({
    id: "change-names-nothing",
    title: "millwright.yaml names a rule or a folder that does not exist",
    group: "change",
    severity: "low",
    why: "A misspelt rule suppresses nothing, and a folder that was renamed leaves its environment without files: what is due there is then judged as if it belonged to no environment.",
    sources: ["docs/operations.md, living with a finding"],
    fix: "Correct the name, or remove the entry. `millwright explain` lists all rules.",
    needs: ["platform", "files"],
    *check({ platform, files }) {
      const file = files.find(({ path }) => path === "millwright.yaml");
      if (file === undefined) return;
      for (const { subject, name, message, fix } of strayNames(platform, files, ruleIds)) {
        const at = file.locate(Math.max(0, file.text.indexOf(name)));
        yield { kind: "finding", subject, at, message, fix };
      }
    },
    examples: {
      failing: [
        {
          name: "a suppression of no rule",
          files: {
            "millwright.yaml": written(
              "suppress:\n  - rule: no-such-rule\n    reason: the vendor has no other tag\n    until: 2027-06-30",
            ),
          },
        },
        {
          name: "an environment in a folder that is not there",
          files: {
            "millwright.yaml": written("environments:\n  - name: production\n    paths: [clusters/prod]"),
            "clusters/production/app.yaml": "replicas: 1\n",
          },
        },
      ],
      passing: [
        {
          name: "both are there",
          files: {
            "millwright.yaml": written(
              "environments:\n  - name: production\n    paths: [clusters/prod/]\nsuppress:\n  - rule: pinning-image-latest\n    reason: the vendor has no other tag\n    until: 2027-06-30",
            ),
            "clusters/prod/app.yaml": "replicas: 1\n",
          },
        },
        {
          name: "an environment on a branch of its own",
          files: {
            "millwright.yaml": written(
              "environments:\n  - name: staging\n    ref: staging\n    paths: [clusters/staging]",
            ),
          },
        },
      ],
    },
  });
}

interface Stray {
  readonly subject: string;
  /** As it stands in the file. */
  readonly name: string;
  readonly message: string;
  readonly fix: string;
}

function* strayNames(
  platform: PlatformConfig,
  files: readonly SourceFile[],
  ruleIds: ReadonlySet<string>,
): Iterable<Stray> {
  for (const { rule } of platform.suppress) {
    if (rule === undefined || ruleIds.has(rule)) continue;
    yield {
      subject: `suppression/${rule}`,
      name: rule,
      message: `There is no rule ${rule}: this suppression does nothing.`,
      fix: "Write the rule's id, as the finding shows it.",
    };
  }
  for (const { name: environment, ref, paths } of platform.environments) {
    if (ref !== undefined) continue; // its folders are on that branch
    for (const name of paths.filter((path) => !holdsFiles(path, files))) {
      yield {
        subject: `environment/${environment}`,
        name,
        message: `${name}, a folder of ${environment}, holds no file.`,
        fix: `Write the folder that ${environment} lies in.`,
      };
    }
  }
}

function holdsFiles(path: string, files: readonly SourceFile[]): boolean {
  const folder = path.replace(/^\.(?:\/+|$)/, "").replace(/\/+$/, "");
  return folder === "" || files.some((file) => file.path === folder || file.path.startsWith(`${folder}/`));
}
