/** Rows by their place in the list, from 0; the last one among them. */
export interface View {
  readonly first: number;
  readonly last: number;
}

/** Until a table says what of it is in view, all is. */
export const wholeView: View = { first: 0, last: Number.POSITIVE_INFINITY };

/** Rows just outside the view are read as well: one scrolls to them next. */
const nearRows = 30;

interface Page {
  readonly at: number;
  readonly value: { readonly items: readonly unknown[]; readonly total?: number };
}

interface Pages<P> {
  readonly pages: readonly P[];
  readonly pageParams: readonly unknown[];
}

/**
 * A page that need not be read anew: it lies out of view, begins where it began, and `total`, as the list's head has it now, is what it
 * was. The head is always read. Where nobody counts, rows may have come or gone in any page: all are read.
 */
export function keptPage<P extends Page>(
  before: Pages<P> | undefined,
  begins: string,
  { view, total }: { readonly view: View; readonly total: number | undefined },
): P | undefined {
  if (before === undefined || total === undefined || before.pages[0]?.value.total !== total) return undefined;
  const index = before.pageParams.indexOf(begins);
  return index < 1 || isNear(before.pages, index, view) ? undefined : before.pages[index];
}

/** Whether something in view is older than the list's head: it was out of view when the list was read anew. */
export function isOldInView(pages: readonly Page[], view: View): boolean {
  const head = pages[0]?.at ?? 0;
  return pages.some(({ at }, index) => at < head && isNear(pages, index, view));
}

function isNear(pages: readonly Page[], index: number, { first, last }: View): boolean {
  const from = pages.slice(0, index).reduce((sum, { value }) => sum + value.items.length, 0);
  const until = from + (pages[index]?.value.items.length ?? 0);
  return from <= last + nearRows && until > first - nearRows;
}
