import { useRead } from "../api/use-read.ts";

/** The names of the environments that one may see, in the server's order. */
export function useEnvironments(): readonly string[] {
  const environments = useRead("/environments", {}, { everySeconds: 120 });
  return (environments.data?.items ?? []).map(({ name }) => name);
}
