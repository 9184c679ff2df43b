/** A file of the repository. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** A text that stands in a file of the kit, and what stands there in the lab. */
interface Older {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What the lab's platform runs. */
export const gitlabVersion = "17.8.7";
/** MLflow's core: mlflow-sharinghub 0.2.0 asks for `mlflow~=2.14.1` (its pyproject.toml). */
export const mlflowVersion = "2.14.3";
export const sharinghubVersion = "0.4.2";
const gitlabChart = "8.8.7";
const postgresqlVersion = "15.18";

const postgresql = (file: string): Older => ({
  file,
  from: "docker.io/library/postgres:17.10",
  to: `docker.io/library/postgres:${postgresqlVersion}`,
});

/** A platform that nobody looked after for a year and a half: GitLab some stops behind, PostgreSQL two majors. */
const older: readonly Older[] = [
  {
    file: "argocd-apps/gitlab-application.yaml",
    from: "# GitLab 19.4 by chart 10.4: nothing bundled is left in it, so datastores/",
    to: `# GitLab ${gitlabVersion} by chart ${gitlabChart}: its bundled stores are switched off, so datastores/`,
  },
  {
    file: "argocd-apps/gitlab-application.yaml",
    from: "targetRevision: 10.4.1",
    to: `targetRevision: ${gitlabChart}`,
  },
  {
    // Chart 8 still brings its own PostgreSQL and Redis, unless it is told not to.
    file: "argocd-apps/values/gitlab-values.yaml",
    from: "\nglobal:\n",
    to: "\npostgresql:\n  install: false\nredis:\n  install: false\nglobal:\n",
  },
  {
    file: "argocd-apps/values/gitlab-values.yaml",
    from: "  # PostgreSQL 17 is the least GitLab 19 takes; it runs in datastores/, as does Valkey.",
    to: "  # PostgreSQL 15 runs in datastores/, as does Valkey.",
  },
  postgresql("datastores/gitlab-postgresql.yaml"),
  postgresql("datastores/mlflow-postgresql.yaml"),
  postgresql("backups/gitlab-postgresql.yaml"),
  postgresql("backups/mlflow-postgresql.yaml"),
  { file: "datastores/gitlab-postgresql.yaml", from: "# GitLab's PostgreSQL 17.", to: "# GitLab's PostgreSQL 15." },
  { file: "datastores/mlflow-postgresql.yaml", from: "# MLflow's PostgreSQL 17:", to: "# MLflow's PostgreSQL 15:" },
  {
    file: "README.md",
    from: "| GitLab CE | 10.4.1 | 19.4 | a line that still gets security fixes (the current and the two before); the next stop is 19.5 |",
    to: `| GitLab CE | ${gitlabChart} | 17.8 | a required stop; the next is 17.11 |`,
  },
  { file: "README.md", from: "| PostgreSQL | – | 17.10 |", to: `| PostgreSQL | – | ${postgresqlVersion} |` },
];

/** The kit with older pins laid over it, for the lab's three environments. Throws Error when the kit no longer says what is replaced. */
export function laidOver(kit: readonly RepositoryFile[], today: string): readonly RepositoryFile[] {
  const kept = kit.filter(({ path }) => !/^(?:environments|terraform\/environments)\/local\//.test(path));
  for (const { file, from } of older) {
    if (kept.find(({ path }) => path === file)?.text.includes(from) !== true)
      throw new Error(`the kit's ${file} no longer says: ${from}`);
  }
  return kept.map((file) => ({ ...file, text: laidOverText(file, today) }));
}

function laidOverText({ path, text }: RepositoryFile, today: string): string {
  if (path === "millwright.yaml") return platformFile(today);
  return older.filter(({ file }) => file === path).reduce((changed, { from, to }) => changed.replace(from, to), text);
}

const day = 86_400_000;

/** `today` decides when the freeze is: far enough ahead that it is seen on the calendar and in nobody's way. */
function platformFile(today: string): string {
  const inDays = (days: number): string => new Date(Date.parse(today) + days * day).toISOString().slice(0, 10);
  return `# What millwright needs to be told of the lab's platform; the rest it finds.
platform: mlops
environments:
  - name: development
    paths: [environments/dev, terraform/environments/dev]
    kubernetes: "1.31"
    selfHeal: true
  - name: staging
    paths: [environments/staging, terraform/environments/staging]
    kubernetes: "1.31"
    selfHeal: true
  - name: production
    paths: [environments/prod, terraform/environments/prod, argocd-apps]
    kubernetes: "1.31"
    selfHeal: false
# Wide, so that a procedure can be tried at any hour. A real production has its Sunday night.
windows:
  - { environment: development, days: any, from: "00:00", to: "24:00", cadence: any }
  - { environment: staging, days: any, from: "00:00", to: "24:00", cadence: any }
  - { environment: production, days: any, from: "00:00", to: "24:00", cadence: any }
freezes:
  - environment: production
    from: ${inDays(45)}
    until: ${inDays(55)}
    reason: the data scientists' release
duties:
  - id: look-at-the-lab
    title: Look at the lab, and try one fault that nobody has tried
    every: week
    on: Friday 14:00
    lengthMinutes: 30
    environment: development
policy:
  secondPerson: [production]
suppress:
  - rule: mlflow-core-frozen-upstream
    reason: No newer release exists; only upstream can move the MLflow core. Ask there, and look again each quarter.
    until: 2027-11-30
`;
}
