import type { Instant } from "../kernel/instant.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { Finding } from "./finding.ts";

export type Suppression = PlatformConfig["suppress"][number];

export interface Suppressed {
  readonly finding: Finding;
  readonly suppression: Suppression;
}

/** Parts findings into those that count and those somebody decided to live with; a suppression past its day does nothing. */
export function suppress(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  now: Instant,
): { readonly open: readonly Finding[]; readonly suppressed: readonly Suppressed[] } {
  const inForce = suppressions.filter((suppression) => now.slice(0, 10) <= suppression.until);
  const open: Finding[] = [];
  const suppressed: Suppressed[] = [];
  for (const finding of findings) {
    const suppression = inForce.find((entry) => covers(entry, finding));
    if (suppression === undefined) open.push(finding);
    else suppressed.push({ finding, suppression });
  }
  return { open, suppressed };
}

/** By path a suppression covers a finding only when every place of it lies below: a new place elsewhere is news. */
function covers(suppression: Suppression, finding: Finding): boolean {
  if (suppression.finding !== undefined) return suppression.finding === finding.id;
  if (suppression.rule !== finding.rule) return false;
  const below = suppression.path?.replace(/\/+$/, "");
  return below === undefined || finding.places.every(({ file }) => file === below || file.startsWith(`${below}/`));
}
