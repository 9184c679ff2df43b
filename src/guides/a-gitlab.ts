import { correction } from "./corrections.ts";
import { absent, doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const plan = "millwright upgrade plan gitlab --from V --to V";

const before = section(
  {
    guide: "A",
    section: "GitLab: before an upgrade",
    requirement: ["UPG-1"],
    state: doneBy("millwright upgrade plan"),
    today: plan,
  },
  [
    [50, "rule", "The path is strict: some versions must not be skipped"],
    [51, "check", "The upgrade path is looked up"],
    [52, "check", "Stops on the way are known"],
    [53, "check", "Breaking changes of the release notes are read"],
    [
      54,
      "check",
      "GitLab's PostgreSQL is backed up",
      {
        requirement: ["UPG-1", "BAK-1"],
        state: inKit("backups/gitlab-postgresql.yaml"),
        today: "kubectl -n gitlab create job --from=cronjob/gitlab-postgresql-backup before-upgrade",
      },
    ],
    [
      55,
      "check",
      "The backup is there, and kept long enough",
      {
        requirement: ["UPG-1", "BAK-3"],
        state: doneBy("millwright backup prune"),
        today: "millwright backup prune --environment production",
      },
    ],
    [
      56,
      "check",
      "The versions of all parts are written down",
      {
        requirement: ["UPG-1", "VER-6"],
        state: doneBy("millwright inventory"),
        today: "millwright inventory . -o json",
      },
    ],
  ],
);

const during = section(
  { guide: "A", section: "GitLab: during an upgrade", requirement: ["UPG-1"], state: open.upgrades, today: plan },
  [
    [
      57,
      "check",
      "targetRevision of the Application is raised in Git",
      { requirement: ["UPG-1", "VER-3"], state: doneBy("millwright fix"), today: "millwright fix . --to V --diff" },
    ],
    [58, "check", "Argo CD's sync is watched", { today: "argocd app wait gitlab --sync" }],
    [
      59,
      "command",
      "The pods' rollout is watched",
      { typed: "kubectl get pods -n gitlab -w", today: "kubectl get pods -n gitlab -w" },
    ],
    [
      60,
      "command",
      "The migrations' log is read",
      {
        typed: "kubectl logs -n gitlab -l app=migrations",
        today: "kubectl logs -n gitlab -l app=migrations --tail=-1",
      },
    ],
    [
      61,
      "rule",
      "A failed migration is taken back by the previous chart",
      { requirement: ["UPG-4"], correction: correction.migrationRollback, today: plan },
    ],
  ],
);

const after = section(
  {
    guide: "A",
    section: "GitLab: after an upgrade",
    requirement: ["UPG-1"],
    state: open.upgrades,
    today: "open the web page and try",
  },
  [
    [62, "check", "The web page answers", { today: "curl -fsS https://gitlab.example.org/users/sign_in -o /dev/null" }],
    [63, "check", "Login through Keycloak works"],
    [64, "check", "A runner takes jobs, where one is configured"],
    [65, "check", "Clone, push and pull work", { today: "git ls-remote https://gitlab.example.org/group/project.git" }],
    [
      66,
      "check",
      "Hooks reach SharingHub",
      {
        state: absent("SharingHub has none; hooks that projects have are checked by their events"),
        correction: correction.noWebhook,
        today: "GET /api/v4/projects/ID/hooks/ID/events",
      },
    ],
    [
      67,
      "command",
      "Sidekiq works its jobs off",
      { typed: "kubectl logs -n gitlab -l app=sidekiq", today: "kubectl logs -n gitlab -l app=sidekiq --tail=200" },
    ],
    [
      68,
      "check",
      "Health is verified",
      {
        requirement: ["UPG-1", "HLT-1"],
        correction: correction.healthIsNotReady,
        today: "curl https://gitlab.example.org/-/readiness?all=1",
      },
    ],
    [69, "check", "The most important things users do are tried"],
  ],
);

export const gitlabLines: readonly GuideLine[] = [...before, ...during, ...after];
