import { Select } from "@mantine/core";
import { useEnvironments } from "../state/environments.ts";

/** Where something is, in a form: an environment, or the whole platform where none is chosen. */
export function EnvironmentField(props: {
  readonly value: string | undefined;
  readonly onChange: (environment: string | undefined) => void;
}) {
  const names = useEnvironments();
  return (
    <Select
      label="Environment"
      placeholder="the whole platform"
      data={[...names]}
      value={props.value ?? null}
      clearable
      clearButtonProps={{ "aria-label": "The whole platform" }}
      onChange={(value) => props.onChange(value ?? undefined)}
    />
  );
}
