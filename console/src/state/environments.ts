import { useRead } from "../api/use-read.ts";

/** The names of the environments that one may see, as the platform's file and what was found in it have them. */
export function useEnvironments(): readonly string[] {
  const counts = useRead("/finding-counts", {}, { everySeconds: 120 });
  const names = (counts.data?.counts ?? []).flatMap(({ environment }) => environment ?? []);
  return [...new Set(names)].toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

const usual = ["local", "development", "staging", "production"];

/** As changes travel; others come before production. */
function rank(name: string): number {
  const place = usual.indexOf(name);
  return place === -1 ? 2.5 : place;
}
