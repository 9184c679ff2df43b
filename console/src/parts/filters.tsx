import { CloseButton, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { useSearch } from "../state/use-search.ts";
import "./filters.css";

/** A filter that stands in the address under `name`: a list of choices; none chosen is all. */
export function ChoiceFilter(props: {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly string[];
  /** What an address without it means, where that is one of the choices. */
  readonly unset?: string;
}) {
  const [search, setSearch] = useSearch();
  const { name, label, unset } = props;
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={[...props.choices]}
      value={search[name] ?? unset ?? null}
      clearable={unset === undefined}
      clearButtonProps={{ "aria-label": `Any ${label.toLowerCase()}` }}
      w={150}
      onChange={(value) => setSearch({ [name]: value === unset ? undefined : (value ?? undefined) })}
    />
  );
}

/** A filter that stands in the address under `name`: a text, taken over when one stops typing. */
export function TextFilter({
  name,
  label,
  width = 190,
}: {
  readonly name: string;
  readonly label: string;
  readonly width?: number;
}) {
  const [search, setSearch] = useSearch();
  const asked = search[name] ?? "";
  const [typed, setTyped] = useState({ text: asked, from: asked });
  // The address may change from outside: Back, or a link.
  const text = typed.from === asked ? typed.text : asked;
  const take = useDebouncedCallback(
    (value: string) => setSearch({ [name]: value.trim() === "" ? undefined : value.trim() }),
    300,
  );
  const change = (value: string): void => {
    setTyped({ text: value, from: asked });
    take(value);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={text}
      w={width}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={
        text === "" ? undefined : (
          <CloseButton size="xs" aria-label={`Clear ${label.toLowerCase()}`} onClick={() => change("")} />
        )
      }
    />
  );
}

/** A day that stands in the address under `name`, as `2026-12-31`. */
export function DayFilter({
  name,
  label,
  unset = "",
}: {
  readonly name: string;
  readonly label: string;
  /** The day that counts while none is chosen. */
  readonly unset?: string;
}) {
  const [search, setSearch] = useSearch();
  return (
    <label className="mw-day-filter">
      <span className="mw-dim">{label}</span>
      <TextInput
        type="date"
        value={search[name] ?? unset}
        onChange={(event) =>
          setSearch({ [name]: event.currentTarget.value === "" ? undefined : event.currentTarget.value })
        }
      />
    </label>
  );
}

/** Filters beside each other, above a table. */
export function Filters({ children }: { readonly children: React.ReactNode }) {
  return (
    <Group gap={8} role="search">
      {children}
    </Group>
  );
}
