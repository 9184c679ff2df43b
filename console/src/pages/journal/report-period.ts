export const periods = ["week", "month", "quarter"] as const;

/** A day in the period before or after: the day before it begins, or the one on which it is over. */
export function neighbour({ from, until }: { readonly from: string; readonly until: string }, step: -1 | 1): string {
  return step === 1 ? until.slice(0, 10) : new Date(Date.parse(from) - 1).toISOString().slice(0, 10);
}
