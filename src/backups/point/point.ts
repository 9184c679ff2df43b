import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { BackupClass } from "../../platform/backup-schedule.ts";
import type { Catalogue, CataloguedBackup, CataloguedPoint } from "../repository/catalogue.ts";
import { digestOf } from "../repository/manifest.ts";
import type { Repository } from "../repository/restic.ts";

/** A recovery point within its snapshot. */
export const pointFile = "point.json";

const Fenced = z.discriminatedUnion("kind", [
  /** Nothing wrote between the two moments. */
  z.object({ kind: z.literal("fenced"), from: z.string(), until: z.string(), by: z.array(z.string()) }),
  z.object({ kind: z.literal("unfenced"), why: z.string() }),
]);
export type Fenced = z.infer<typeof Fenced>;

/** One moment over all stores of an environment; written once each of them has its sealed backup. */
const Point = z.object({
  schema: z.literal("millwright/point/1"),
  id: z.string(),
  installation: z.string(),
  environment: z.string(),
  /** The repository's own id. */
  repository: z.string(),
  class: BackupClass,
  /** The oldest of its backups' moments: nothing later is in all of them. */
  takenAt: z.string(),
  beganAt: z.string(),
  endedAt: z.string(),
  fence: Fenced,
  /** In the order in which they were taken. */
  backups: z.array(
    z.object({
      id: z.string(),
      store: z.string(),
      kind: z.string(),
      digest: z.string(),
      takenAt: z.string(),
      bytes: z.number(),
    }),
  ),
  disposable: z.array(z.object({ store: z.string(), why: z.string() })),
});
export type Point = z.infer<typeof Point>;

/** A point by its id or the beginning of it; undefined when there is none, `InputError` when there are more. */
export function findPoint({ points }: Catalogue, id: string): CataloguedPoint | undefined {
  const found = points.filter((one) => one.id === id || one.id.startsWith(id));
  const exact = found.find((one) => one.id === id);
  if (exact !== undefined) return exact;
  if (found.length > 1) throw new InputError(`${id} is the beginning of ${found.length} recovery points.`);
  return found[0];
}

/** What a point says of itself; throws `InputError` when it is not the one that was sealed. */
export async function pointOf(point: CataloguedPoint, repository: Repository): Promise<Point> {
  const text = await repository.text(point.snapshot, pointFile);
  if (digestOf(text) !== point.digest) throw new InputError(`the recovery point ${point.id} is not the one written`);
  const said = Point.parse(JSON.parse(text));
  if (said.id !== point.id) throw new InputError(`the recovery point ${point.id} says it is ${said.id}`);
  return said;
}

/** Its backups, in their order; throws `InputError` when one is gone or is another. */
export function backupsOf(point: Point, { backups }: Catalogue): readonly CataloguedBackup[] {
  return point.backups.map(({ id, digest, store }) => {
    const found = backups.find((one) => one.id === id);
    if (found === undefined)
      throw new InputError(`${point.id} is no recovery point any more: its backup of ${store}, ${id}, is gone`);
    if (found.digest !== digest) throw new InputError(`${point.id} names another backup ${id} than lies there`);
    return found;
  });
}

/** Refuses another environment's, installation's or repository's point under this one's name. */
export function refuseForeignPoint(
  point: Point,
  expected: { readonly installation: string; readonly environment: string; readonly repository: string },
): void {
  const { id, installation, environment, repository } = point;
  if (
    installation === expected.installation &&
    environment === expected.environment &&
    repository === expected.repository
  )
    return;
  throw new InputError(
    `${id} is refused: it is a recovery point of ${environment} of ${installation}, made for ${repository === expected.repository ? "this" : "another"} repository`,
  );
}
