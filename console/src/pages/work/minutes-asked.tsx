import { Group, NumberInput } from "@mantine/core";

/** As long as work may take: a week. */
const longest = 10_080;

/** How long work takes, and how long it takes to put it back. */
export function MinutesAsked(props: {
  readonly forward: number;
  readonly rollback: number;
  readonly onForward: (minutes: number) => void;
  readonly onRollback: (minutes: number) => void;
}) {
  return (
    <Group gap={10} grow align="end">
      <NumberInput
        label="Minutes it takes"
        min={1}
        max={longest}
        value={props.forward}
        onChange={(value) => props.onForward(Number(value) || 1)}
      />
      <NumberInput
        label="Minutes to put it back"
        min={0}
        max={longest}
        value={props.rollback}
        onChange={(value) => props.onRollback(Number(value) || 0)}
      />
    </Group>
  );
}
