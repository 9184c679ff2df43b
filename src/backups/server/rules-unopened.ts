import { type BackupRule, example, group, hour, sources, span } from "./rule.ts";
import { notLookedAt, notMade } from "./unseen.ts";

/** So long a repository may be away before it is more than a network that stumbles. */
const mayBeAwayHours = 1;

export const unopened: BackupRule = {
  id: "backup-repository-unopened",
  title: "The repository of the backups cannot be opened",
  group,
  severity: "critical",
  incident: true,
  why: "What cannot be opened cannot be restored. A key that is lost or another one now, a store that refuses us, or a repository that is gone: with each of them every backup is as good as none, however well it was proven.",
  sources,
  fix: "Ask it by hand: `millwright backup list`. Where its key is lost, look for the copy that was kept elsewhere, and back up anew into another repository meanwhile.",
  examples: {
    failing: example(
      "its key was not there at the last looks",
      'seenAt: "2026-11-20T10:30:00.000Z"\nunseen: the file of the key is not there\n',
    ),
    passing: example(
      "it does not answer since a moment ago",
      'seenAt: "2026-11-20T11:30:00.000Z"\nunseen: connection refused\n',
    ),
  },
  *check({ environment, seenAt, unseen, now }) {
    if (unseen === undefined || unseen === notLookedAt) return;
    const fix = `\`millwright backup list --environment ${environment}\` says the same, or that it is there again.`;
    // One that was never made is no fault, and one that was made is gone.
    if (seenAt === undefined && unseen === notMade) return;
    if (seenAt === undefined) {
      const message = `The repository of ${environment} was never opened: ${unseen}.`;
      yield { subject: `repository/${environment}`, severity: "high", message, fix };
      return;
    }
    if (Date.parse(now) - Date.parse(seenAt) < mayBeAwayHours * hour) return;
    yield {
      subject: `repository/${environment}`,
      message: `The repository of ${environment} was opened last at ${seenAt}, ${span(seenAt, now)} ago: ${unseen}.`,
      fix,
    };
  },
};

export const notBegun: BackupRule = {
  id: "backup-repository-not-made",
  title: "The repository of the backups was not made yet",
  group,
  severity: "high",
  incident: false,
  why: "Backups are declared, and nothing is backed up until there is a repository. It is made by hand, once, so that a folder that is not mounted is never taken for an empty one.",
  sources,
  fix: "Make it: `millwright backup init`. Where it was made before, see that its folder is mounted.",
  examples: {
    failing: example("it was declared just now", `seenAt: null\nunseen: ${notMade}\n`),
    passing: example("it was made, and answers", "unseen: null\n"),
  },
  *check({ environment, seenAt, unseen }) {
    if (seenAt !== undefined || unseen !== notMade) return;
    yield {
      subject: `repository/${environment}`,
      message: `Backups of ${environment} are declared, and their repository was not made yet, or its folder is not mounted.`,
      fix: `\`millwright backup init --environment ${environment}\`, then \`millwright backup run --environment ${environment} --prove\``,
    };
  },
};
