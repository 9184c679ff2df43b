import { Select } from "@mantine/core";
import { useEnvironments } from "../state/environments.ts";
import { useSearch } from "../state/use-search.ts";

const all = "Everywhere";
const loud = { borderColor: "var(--mw-red)", color: "var(--mw-red)", fontWeight: 600 };

/** Narrows every page to one environment; it stands in the address; production stands out. */
export function EnvironmentChoice() {
  const [search, setSearch] = useSearch();
  const known = useEnvironments();
  const chosen = search["environment"];
  const names = chosen === undefined || known.includes(chosen) ? known : [...known, chosen];
  return (
    <Select
      aria-label="Environment"
      w={150}
      data={[all, ...names]}
      value={chosen ?? all}
      allowDeselect={false}
      onChange={(value) => setSearch({ environment: value === null || value === all ? undefined : value })}
      title={chosen}
      styles={{ input: { textOverflow: "ellipsis", ...(chosen === "production" ? loud : {}) } }}
    />
  );
}
