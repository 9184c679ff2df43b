/** A step of MLflow's schema: what `mlflow db upgrade` runs to come to this revision. */
export interface Revision {
  readonly id: string;
  readonly after: string;
  readonly title: string;
  readonly statements: readonly string[];
}

/** The revision a fresh database of the oldest version here is made with. */
export const firstRevision = "5b0e9adcef9c";

/**
 * Revisions, names and effects are recorded: `mlflow db upgrade` of MLflow 2.22.4 run on a database of 2.14.3, and the schemas
 * before and after compared by pg_dump (2026-11-21). The statements are ours; they make the same difference.
 */
const revisions: readonly Revision[] = [
  {
    id: "4465047574b1",
    after: firstRevision,
    title: "increase max dataset schema size",
    // It widens a column on MySQL alone: on PostgreSQL the schema stays as it was.
    statements: ["alter table datasets alter column dataset_schema type text"],
  },
  {
    id: "f5a4f2784254",
    after: "4465047574b1",
    title: "increase run tag value limit to 8000",
    statements: ["alter table tags alter column value type varchar(8000)"],
  },
  {
    id: "0584bdc529eb",
    after: "f5a4f2784254",
    title: "add cascading deletion to datasets from experiments",
    statements: [
      "alter table datasets drop constraint datasets_experiment_id_fkey",
      "alter table datasets add constraint fk_datasets_experiment_id_experiments foreign key (experiment_id) references experiments (experiment_id) on delete cascade",
    ],
  },
];

/**
 * The revision each core version wants. 2.14.3 and 2.22.4 as they said themselves, 2.15.1 by the last of its package's
 * mlflow/store/db_migrations/versions (2026-11-21).
 */
const headOf: Readonly<Record<string, string>> = {
  "2.14.3": firstRevision,
  "2.15.1": "4465047574b1",
  "2.22.4": "0584bdc529eb",
};

/** The head of a core version. Throws for one whose head nobody looked up. */
export function schemaHeadOf(version: string): string {
  const head = headOf[version];
  if (head === undefined)
    throw new Error(`the lab does not know which schema MLflow ${version} wants: ${Object.keys(headOf).join(", ")}`);
  return head;
}

/** The steps from one revision up to another; undefined when the way does not lead there (no downgrade, or an unknown revision). */
export function stepsBetween(from: string, to: string): readonly Revision[] | undefined {
  const steps: Revision[] = [];
  for (let at = from; at !== to; ) {
    const next = revisions.find(({ after }) => after === at);
    if (next === undefined) return undefined;
    steps.push(next);
    at = next.id;
  }
  return steps;
}
