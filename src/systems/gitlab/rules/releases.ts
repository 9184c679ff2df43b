import { compareReleases } from "../../../kernel/version.ts";
import { releaseOf } from "../../ask.ts";
import { defineRule, type Pin, type Script } from "../../contract.ts";
import datastores from "../datastores.json" with { type: "json" };
import { gitlabExample, installedIn } from "../installed.ts";

export const brokenRelease = defineRule({
  id: "gitlab-broken-release",
  title: "GitLab release with a known defect in its migrations",
  group: "gitlab",
  severity: "high",
  why: "A few GitLab releases carry a migration that fails or leaves a wrong schema behind, which stops a later upgrade. The next patch of the same line has the fix.",
  sources: [...new Set(datastores.broken.map(({ source }) => source))],
  fix: "Take the newest patch of the same minor line instead.",
  needs: ["configurations", "pins"],
  *check({ configurations, pins }) {
    for (const { version, subject, environment, at } of installedIn(configurations, pins)) {
      const broken = datastores.broken.find((release) => release.version === version);
      if (broken === undefined) continue;
      yield {
        kind: "finding",
        subject,
        environment,
        at,
        message: `GitLab ${version}: ${broken.why}`,
        fix: `Use the newest patch of ${version.replace(/\.\d+$/, "")}.`,
        severity: broken.severity === "refuse" ? "high" : "low",
      };
    }
  },
  examples: {
    failing: [
      { name: "the first patch of 17.1", files: { "gitlab.yaml": gitlabExample("8.1.0", "global:\n  edition: ce") } },
    ],
    passing: [
      { name: "a later patch of 17.1", files: { "gitlab.yaml": gitlabExample("8.1.8", "global:\n  edition: ce") } },
    ],
  },
});

function isRunner(pin: Pin): boolean {
  return pin.kind === "image" && /(?:^|\/)gitlab-runner(?:-ocp)?$/.test(pin.name) && pin.version !== null;
}

/** Major and minor of a runner's tag: `alpine-v17.1.0` is `[17, 1]`. */
function runnerLine(tag: string): readonly number[] | undefined {
  const found = /(?:^|[-v])(\d+)\.(\d+)\.\d+/.exec(tag);
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}

const runnerExample = (tag: string): string =>
  [
    "apiVersion: apps/v1",
    "kind: Deployment",
    "metadata: {name: gitlab-runner, namespace: gitlab}",
    "spec:",
    "  template:",
    "    spec:",
    "      containers:",
    "        - name: runner",
    `          image: gitlab/gitlab-runner:${tag}`,
    "",
  ].join("\n");

export const runnerBehind = defineRule({
  id: "gitlab-runner-behind",
  title: "GitLab Runner is older than GitLab",
  group: "gitlab",
  severity: "medium",
  why: "Runner and GitLab are made for the same major and minor version, and the chart's upgrade guide updates the runner first. A runner that lags fails on jobs that use what it does not know yet.",
  sources: [
    "https://gitlab.com/gitlab-org/charts/gitlab/-/merge_requests/3447",
    "integratop/gitlab-org-charts-mirror@3403350c8 doc/installation/upgrade.md",
  ],
  fix: "Bring the runner to GitLab's major and minor version, before the next upgrade of GitLab.",
  needs: ["configurations", "pins"],
  *check({ configurations, pins }) {
    const installed = installedIn(configurations, pins);
    for (const pin of pins.filter(isRunner)) {
      const line = runnerLine(pin.version ?? "");
      const candidates = installed.filter(({ environment }) => environment === pin.environment);
      const [gitlab] = candidates;
      if (line === undefined || gitlab === undefined || candidates.length !== 1) continue;
      const wanted = releaseOf(gitlab.version)?.slice(0, 2) ?? [];
      if (compareReleases(line, wanted) >= 0) continue;
      yield {
        kind: "finding",
        subject: `image/${pin.name}`,
        environment: pin.environment,
        at: { file: pin.file, line: pin.line, column: pin.column },
        message: `the runner is ${line.join(".")} and GitLab is ${wanted.join(".")}`,
        fix: `Use a runner of ${wanted.join(".")}.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a runner a major behind",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce"),
          "runner.yaml": runnerExample("alpine-v17.11.0"),
        },
      },
    ],
    passing: [
      {
        name: "the same line",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce"),
          "runner.yaml": runnerExample("v18.5.1"),
        },
      },
    ],
  },
});

/** Lines of a script that upgrade GitLab's chart with values of the last release; a command may run over several lines. */
function* reusing(script: Script): Iterable<number> {
  const command = /helm\s+(?:upgrade|-n\s+\S+\s+upgrade)\b(?:[^\n\\]|\\(?:\r?\n|.))*/g;
  for (const found of script.file.text.matchAll(command)) {
    if (/--reuse-values\b/.test(found[0]) && /gitlab/i.test(found[0])) yield found.index;
  }
}

export const reuseValues = defineRule({
  id: "gitlab-reuse-values",
  title: "GitLab's chart is upgraded with --reuse-values",
  group: "gitlab",
  severity: "high",
  why: "--reuse-values keeps the defaults of the old chart version. Keys that the new version added stay unset, and GitLab's templates then render something nobody tested.",
  sources: [
    "https://docs.gitlab.com/charts/installation/upgrade.html",
    "integratop/gitlab-org-charts-mirror@3403350c8 doc/installation/upgrade.md",
  ],
  fix: "Pass the values file: helm upgrade gitlab gitlab/gitlab --version X -f values.yaml.",
  needs: ["scripts"],
  *check({ scripts }) {
    for (const script of scripts) {
      for (const offset of reusing(script)) {
        yield {
          kind: "finding",
          subject: `script/${script.file.path}`,
          environment: script.environment,
          at: script.file.locate(offset),
          message: "helm upgrade of GitLab with --reuse-values",
          fix: "Replace --reuse-values by -f with the values file of this repository.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "an upgrade script",
        files: { "upgrade.sh": "#!/bin/sh\nhelm upgrade gitlab gitlab/gitlab \\\n  --reuse-values --version 9.5.0\n" },
      },
    ],
    passing: [
      {
        name: "with a values file",
        files: { "upgrade.sh": "#!/bin/sh\nhelm upgrade gitlab gitlab/gitlab -f values.yaml --version 9.5.0\n" },
      },
      { name: "another chart", files: { "upgrade.sh": "#!/bin/sh\nhelm upgrade web ./chart --reuse-values\n" } },
    ],
  },
});
