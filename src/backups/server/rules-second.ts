import { type BackupRule, example, group, sources } from "./rule.ts";

const sourcesOfSecond = [...sources, "https://restic.readthedocs.io/en/stable/045_working_with_repos.html"];

export const secondFailed: BackupRule = {
  id: "backup-second-failed",
  title: "Backups do not arrive in the second repository",
  group,
  severity: "critical",
  incident: true,
  why: "The last copy could not be made, or what arrived there is not what was sent. What happens to the first repository now happens to all backups.",
  sources: sourcesOfSecond,
  fix: "Mend what the message names, then copy: `millwright backup second --copy`.",
  examples: {
    failing: example(
      "the copy was refused",
      'second: { kind: failed, words: "the last arrival failed: connection refused" }\n',
    ),
    passing: example("all arrived", 'second: { kind: current, words: "all newest backups are there" }\n'),
  },
  *check({ second, environment }) {
    if (second?.kind !== "failed") return;
    yield {
      subject: `second/${environment}`,
      message: `The second repository of ${environment}: ${second.words}.`,
      fix: `\`millwright backup second --copy --environment ${environment}\``,
    };
  },
};

export const secondLate: BackupRule = {
  id: "backup-second-late",
  title: "Backups arrive late in the second repository, or not at all",
  group,
  severity: "high",
  incident: false,
  why: "If the first repository is lost now, what was backed up since the last arrival is lost with it, however well it was proven.",
  sources: sourcesOfSecond,
  fix: "See why it takes so long or was never begun: `millwright backup second`. Copies follow each run; one by hand: `millwright backup second --copy`.",
  examples: {
    failing: example(
      "nothing has arrived for two days",
      'second: { kind: late, words: "the newest backups of mlflow/database are not there" }\n',
    ),
    passing: example(
      "this night's is on its way",
      'second: { kind: arriving, words: "the newest backups of mlflow/database are not there" }\n',
    ),
  },
  *check({ second, environment }) {
    if (second?.kind !== "late" && second?.kind !== "none") return;
    yield {
      subject: `second/${environment}`,
      message: `The second repository of ${environment}: ${second.words}.`,
      fix:
        second.kind === "none"
          ? `\`millwright backup init --second --environment ${environment}\`, then \`millwright backup second --copy --environment ${environment}\``
          : `\`millwright backup second --copy --environment ${environment}\``,
    };
  },
};

export const secondChangeable: BackupRule = {
  id: "backup-second-changeable",
  title: "The second repository can be changed, though it is declared that it cannot",
  group,
  severity: "high",
  incident: false,
  why: "Who takes over the first repository and its keys can remove the copy too, if nothing but a rule on paper keeps it: then it is no second one.",
  sources: [
    ...sources,
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html",
  ],
  fix: "Give the bucket object lock with a default retention longer than backups have to be kept, or declare no `immutable`.",
  examples: {
    failing: example(
      "object lock is declared, and the bucket has none",
      'second: { kind: current, words: all, immutable: { kind: refuted, words: "the bucket backups has no object lock" } }\n',
    ),
    passing: example(
      "objects are locked as they are put",
      'second: { kind: current, words: all, immutable: { kind: verified, words: "objects are locked for 30 days" } }\n',
    ),
  },
  *check({ second, environment }) {
    if (second?.immutable?.kind !== "refuted") return;
    yield {
      subject: `second/${environment}`,
      message: `The second repository of ${environment} is declared not to be changed, and it can be: ${second.immutable.words}.`,
      fix: "Object lock with a default retention on its bucket; a bucket that has none yet needs a new one at some stores.",
    };
  },
};
