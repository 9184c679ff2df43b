import { defineRule, type Rule, type Script, type Verdict } from "../../systems/contract.ts";

const source =
  "gigifokchiman/implement-ml-p @41be6af: scripts/cleanup-infrastructure.sh, run weekly by CI (facts, platform §6)";

interface Command {
  readonly offset: number;
  readonly text: string;
}

/** The lines of a script that run something: comments and echoed text left out, continued lines joined. */
function commandsOf({ file, kind }: Script): readonly Command[] {
  const commands: Command[] = [];
  let offset = 0;
  let joined: Command | undefined;
  for (const line of file.text.split("\n")) {
    const text: string = joined === undefined ? line : `${joined.text} ${line.trim()}`;
    const start: number = joined?.offset ?? offset + (line.length - line.trimStart().length);
    offset += line.length + 1;
    if (/\\\s*$/.test(line)) {
      joined = { offset: start, text: text.replace(/\\\s*$/, "") };
      continue;
    }
    joined = undefined;
    const bare = kind === "make" ? text.replace(/^\t[@+-]*/, "") : text.replace(/^\s*-?\s*/, "");
    if (!/^\s*(#|(echo|printf)\b(?!.*\|))/.test(bare)) commands.push({ offset: start, text });
  }
  return commands;
}

/** What `find` is told to leave alone. */
const spared = /(?:!|-not)\s+-(?:name|path|iname)\s+\S+/g;

/** Verdicts for every command of every script that matches; a subject is the script's name and what it does. */
function* matching(
  scripts: readonly Script[],
  pattern: RegExp,
  say: (
    script: Script,
    match: RegExpExecArray,
  ) => { readonly key: string; readonly message: string; readonly fix: string } | undefined,
): Iterable<Verdict> {
  for (const script of scripts) {
    for (const { offset, text } of commandsOf(script)) {
      const match = pattern.exec(text.replace(spared, (part) => " ".repeat(part.length)));
      const said = match === null ? undefined : say(script, match);
      if (said === undefined) continue;
      const name = script.file.path.slice(script.file.path.lastIndexOf("/") + 1);
      yield {
        kind: "finding",
        subject: `script/${name}`,
        key: said.key,
        environment: script.environment,
        at: script.file.locate(offset),
        message: said.message,
        fix: said.fix,
      };
    }
  }
}

const state = String.raw`(\*?\.?tfstate\S*|\*?kubeconfig\S*|\.terraform\.lock\.hcl|\*\.backup\b)`;
const stateFiles = new RegExp(
  String.raw`\b(?:rm|shred|unlink)\b.*?${state}|\bfind\b(?=.*(?:-delete|-exec\s+rm\b)).*?${state}`,
);

function deleted(match: RegExpExecArray): string {
  return (match[1] ?? match[2] ?? "").replace(/["';]+$/, "");
}

export const deletesState: Rule = defineRule({
  id: "scripts-delete-state",
  title: "A cleaning script deletes Terraform state, kubeconfigs or backups",
  group: "scripts",
  severity: "critical",
  why: "With local state, deleting `terraform.tfstate` destroys the ability to manage the infrastructure: nothing is gone from the cloud, but nothing can be changed or removed in order any more.",
  sources: [source],
  fix: "Clean caches and plans only (`.terraform/`, `*.tfplan`), list first, and ask before deleting.",
  needs: ["scripts"],
  *check({ scripts }) {
    yield* matching(scripts, stateFiles, (_script, match) => ({
      key: deleted(match).replace(/[^a-z.]/gi, ""),
      message: `It deletes ${deleted(match)}, which is state and not rubbish.`,
      fix: "Take state, kubeconfigs and backups out of the cleaning; list what would go before deleting the rest.",
    }));
  },
  examples: {
    failing: [
      {
        name: "find -delete on state files",
        files: { "scripts/clean.sh": '#!/bin/sh\nfind . -name "*.tfstate*" -delete\n' },
      },
      { name: "rm on a kubeconfig, in a Makefile", files: { Makefile: "clean:\n\trm -f *kubeconfig*\n" } },
    ],
    passing: [
      {
        name: "only caches and plans go",
        files: { "scripts/clean.sh": "#!/bin/sh\nrm -rf .terraform/providers\nrm -f *.tfplan\n" },
      },
      {
        name: "state is looked at, not deleted",
        files: { "scripts/show.sh": '#!/bin/sh\nfind . -name "*.tfstate" -print\n' },
      },
      {
        name: "state is what the cleaning spares",
        files: {
          "scripts/clean.sh": "#!/bin/sh\nfind work -not -name 'terraform.tfstate*' -exec rm -rf {} +\n",
        },
      },
    ],
  },
});

export const prunesEverything: Rule = defineRule({
  id: "scripts-docker-prune",
  title: "A script prunes everything of Docker, volumes included",
  group: "scripts",
  severity: "high",
  why: "`docker system prune --volumes` and `compose down --volumes` take the data of every stopped service on the machine, other people's included.",
  sources: [
    "gigifokchiman/implement-ml-p @41be6af: docker-clean (facts, platform §6)",
    "https://docs.docker.com/reference/cli/docker/system/prune/",
  ],
  fix: "Remove the containers and dangling images of this project only, by label; never volumes.",
  needs: ["scripts"],
  *check({ scripts }) {
    yield* matching(
      scripts,
      /\bdocker\b.*\b(system\s+prune\b.*(?:--volumes|-a\w*f|-f\w*a|--all)|volume\s+prune|compose\b.*\bdown\b.*(?:--volumes|-v\b))/,
      (_script, match) => ({
        key: "prune",
        message: `"docker ${match[1] ?? ""}" takes more than this project's rubbish.`,
        fix: "Filter by this project's label, leave volumes alone, and list first.",
      }),
    );
  },
  examples: {
    failing: [
      {
        name: "a system prune with volumes",
        files: { Makefile: "docker-clean:\n\tdocker system prune -af --volumes\n" },
      },
    ],
    passing: [
      {
        name: "only this project's dangling images",
        files: { Makefile: "docker-clean:\n\tdocker image prune -f --filter label=project=mlops\n" },
      },
    ],
  },
});

export const destructiveOnSchedule: Rule = defineRule({
  id: "scripts-destructive-schedule",
  title: "A scheduled job runs a destructive cleaning",
  group: "scripts",
  severity: "high",
  why: "What deletes has to be looked at by somebody who is awake. Guide B schedules its deep-clean weekly, and that deep-clean deletes state.",
  sources: [source],
  fix: "Let the schedule validate, test and report; leave cleaning to a person, or to a target that only lists.",
  needs: ["scripts"],
  *check({ scripts }) {
    const scheduled = scripts.filter(
      (script) => script.kind === "ci" && /(?:^|[{,\s"'])(?:schedule|cron)["']?\s*:/m.test(script.file.text),
    );
    yield* matching(
      scheduled,
      /\b(make\s+(?:[\w-]+\s+)*(?:deep-clean|docker-clean|destroy|nuke)|terraform\s+destroy|kubectl\s+delete\s+(?:ns|namespace|pvc|pv)\b)/,
      (_script, match) => ({
        key: (match[1] ?? "").split(/\s+/).slice(0, 2).join(" "),
        message: `"${match[1] ?? ""}" runs on a schedule, with nobody looking.`,
        fix: "Take it out of the schedule.",
      }),
    );
  },
  examples: {
    failing: [
      {
        name: "a weekly deep-clean",
        files: {
          ".github/workflows/maintenance.yml":
            "on:\n  schedule:\n    - cron: '0 2 * * 1'\njobs:\n  maintenance:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make deep-clean validate test\n",
        },
      },
    ],
    passing: [
      {
        name: "a weekly validation",
        files: {
          ".github/workflows/maintenance.yml":
            "on:\n  schedule:\n    - cron: '0 2 * * 1'\njobs:\n  maintenance:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make validate test\n",
        },
      },
    ],
  },
});

export const unlocksBlindly: Rule = defineRule({
  id: "scripts-force-unlock",
  title: "A script breaks Terraform's lock without asking who holds it",
  group: "scripts",
  severity: "medium",
  why: "A lock that is broken while somebody applies lets two runs write one state. The lock says who holds it and since when: read that first.",
  sources: ["https://developer.hashicorp.com/terraform/cli/commands/force-unlock", "guide B, troubleshooting"],
  fix: "Print the lock's owner and age, and unlock by hand once that run is known to be dead.",
  needs: ["scripts"],
  *check({ scripts }) {
    yield* matching(scripts, /\bterraform\b.*\bforce-unlock\b.*-force/, () => ({
      key: "force-unlock",
      message: "It breaks the state lock without a question.",
      fix: "Leave out -force, and look at the lock's owner first.",
    }));
  },
  examples: {
    failing: [
      { name: "an unlock by force", files: { "unlock.sh": '#!/bin/sh\nterraform force-unlock -force "$1"\n' } },
    ],
    passing: [{ name: "an unlock that asks", files: { "unlock.sh": '#!/bin/sh\nterraform force-unlock "$1"\n' } }],
  },
});

export const loopStaysInFolder: Rule = defineRule({
  id: "scripts-loop-cd",
  title: "A loop changes into each folder and never comes back",
  group: "scripts",
  severity: "medium",
  why: "The second turn looks for its folder inside the first one and fails, so only the first environment is ever validated.",
  sources: [
    "gigifokchiman/implement-ml-p @41be6af: make validate and status (facts, platform §6; reproduced with rc=2)",
  ],
  fix: "Use a subshell, `(cd dir && …)`, or `terraform -chdir=dir`.",
  needs: ["scripts"],
  *check({ scripts }) {
    yield* matching(scripts, /\bfor\s+\w+\s+in\s+([^;]+);\s*do\b(.*)\bdone\b/, (_script, match) => {
      const [, list = "", body = ""] = match;
      const leaves =
        /(^|[;&|]|\bdo\b)\s*cd\s+[^-]/.test(body) &&
        !/\(\s*cd\s|\bcd\s+-|\bcd\s+\.\.|popd|pushd|cd\s+\$\(?\{?(PWD|CURDIR|ROOT|root|here)|cd\s+\//.test(body);
      const single = list.trim().split(/\s+/).length === 1 && !/[$*`]/.test(list);
      return leaves && !single
        ? {
            key: "loop",
            message: "The loop enters a folder and stays there: only its first turn works.",
            fix: "Write (cd … && …) in parentheses, or use -chdir.",
          }
        : undefined;
    });
  },
  examples: {
    failing: [
      {
        name: "a validation of all environments in one shell",
        files: {
          Makefile:
            "validate:\n\tfor env in dev prod; do cd terraform/environments/$$env && terraform validate; done\n",
        },
      },
    ],
    passing: [
      {
        name: "a subshell for each",
        files: {
          Makefile:
            "validate:\n\tfor env in dev prod; do (cd terraform/environments/$$env && terraform validate) || exit 1; done\n",
        },
      },
    ],
  },
});
