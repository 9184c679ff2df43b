interface Comparable<Row> {
  readonly id: string;
  readonly compare?: (a: Row, b: Row) => number;
}

/** Rows by the column that `sort` names (`-id`: the other way round); as they came where it names none that can be compared. */
export function ordered<Row>(
  rows: readonly Row[],
  columns: readonly Comparable<Row>[],
  sort: string | undefined,
): readonly Row[] {
  if (sort === undefined) return rows;
  const backwards = sort.startsWith("-");
  const compare = columns.find(({ id }) => id === (backwards ? sort.slice(1) : sort))?.compare;
  if (compare === undefined) return rows;
  return rows.toSorted((a, b) => (backwards ? compare(b, a) : compare(a, b)));
}
