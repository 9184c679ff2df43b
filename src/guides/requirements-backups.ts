import { done, kitTests, partly, type Requirement } from "./requirement.ts";

export const backupRequirements: readonly Requirement[] = [
  partly(
    "BAK-1",
    "Every store is backed up, or declared disposable",
    "databases, GitLab by its toolbox, buckets, Redis, Kubernetes objects, files, SQLite and Millwright itself; a store neither declared nor disposable is a finding",
    "GitLab's real toolbox: a stand-in was asked",
    {
      command: "millwright backup run; millwright audit; millwright assess",
      tests: [
        "src/backups/run.test.ts",
        "src/backups/run-faults.test.ts",
        "src/backups/kinds/postgresql/run-source-faults.test.ts",
        "src/backups/kinds/gitlab/take.test.ts",
        "src/backups/kinds/objects/objects.test.ts",
        "src/backups/kinds/kubernetes/kubernetes.test.ts",
        "src/backups/kinds/redis/redis.test.ts",
        "src/backups/kinds/files/files.test.ts",
        "src/backups/kinds/sqlite/sqlite.test.ts",
        "src/backups/kinds/postgresql/in-pod.test.ts",
        "src/backups/server/rules.test.ts",
        "kit/tests/files.test.ts",
        "kit/tests/audit.test.ts",
        "src/assess/assess.test.ts",
      ],
    },
  ),
  partly(
    "BAK-2",
    "To S3 or a folder: encrypted, checked, immutable, catalogued, copied afar",
    "encrypted, checked and catalogued in a folder or in S3, copied to a second repository and read back there",
    "immutability verified; a late arrival as a finding",
    {
      command: "millwright backup list; millwright backup check; millwright backup second; millwright scaffold DIR",
      tests: [
        "src/backups/second/second.test.ts",
        "src/backups/repository/run-repository-faults.test.ts",
        "src/backups/repository/s3-repository.test.ts",
        "src/cli/commands/backup-own.test.ts",
        ...kitTests,
      ],
    },
  ),
  done("BAK-3", "Retention as policy, verified, never the last proven one", {
    command: "millwright backup prune; millwright backup forecast --on DATE",
    routes: ["GET /backups/prunable", "POST /backups/prune", "GET /backups/forecast"],
    tests: ["src/backups/schedule/keep.test.ts", "src/backups/schedule/forecast.test.ts"],
  }),
  partly(
    "BAK-4",
    "Restore whole or in part, elsewhere or in place",
    "PostgreSQL, buckets, Kubernetes objects, files, SQLite, GitLab and Millwright itself in place and back again, a store, a recovery point or one Git repository; anything to a folder",
    "Redis in place",
    {
      command: "millwright backup restore",
      tests: [
        "src/cli/commands/backup-restore.test.ts",
        "src/backups/restore/point.test.ts",
        "src/backups/restore/procedure.test.ts",
        "src/backups/kinds/kubernetes/restore.test.ts",
        "src/backups/kinds/gitlab/restore.test.ts",
        "src/backups/kinds/gitlab/repository.test.ts",
        "src/backups/kinds/millwright/millwright.test.ts",
      ],
    },
  ),
  partly(
    "BAK-5",
    "Proof by restoring: monthly test, yearly drill",
    "backups are proven by restoring and comparing, and signed for by a receipt; drills over one store or everything, measured, their report signed",
    "drills that begin by themselves; applications asked within a drill",
    {
      command: "millwright backup prove; millwright backup drill; millwright receipt show; millwright receipt verify",
      tests: [
        "src/cli/commands/backup-drill.test.ts",
        "src/backups/drill/procedure.test.ts",
        "src/backups/prove-own.test.ts",
        "src/backups/repository/run-repository-faults.test.ts",
        "src/backups/restore-by-hand.test.ts",
      ],
    },
  ),
  partly(
    "BAK-6",
    "Velero, where installed, is scheduled and watched",
    "schedules and an alert in kit/; what it made is read and counted, never as proven",
    "driving it",
    {
      command: "millwright scaffold DIR; millwright backup foreign",
      tests: ["src/backups/foreign/foreign.test.ts", ...kitTests],
    },
  ),
  partly(
    "BAK-7",
    "Failover to another region is tested",
    "a drill from the second repository alone, with the first gone",
    "applications started in the other region",
    {
      command: "millwright backup drill --second; millwright backup second",
      tests: ["src/backups/second/second.test.ts", "src/cli/commands/backup-drill.test.ts"],
    },
  ),
  partly(
    "BAK-8",
    "Rebuilt from nothing, in order",
    "every store restored in the order of a rebuild; what people do is attested by name, the rest is shown as open",
    "a cluster rebuilt by the drill itself",
    {
      command: "millwright backup drill --attest STEP=WHO:WORDS",
      tests: ["src/cli/commands/backup-drill.test.ts"],
    },
  ),
];
