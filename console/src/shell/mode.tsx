import { Tooltip } from "@mantine/core";
import { Tag, type Tone } from "../parts/tag.tsx";
import { useStatus } from "../state/session.tsx";

const looks: Readonly<Record<"observe" | "shadow" | "act", readonly [Tone, string]>> = {
  observe: ["grey", "Mode observe: this server changes nothing outside of itself."],
  shadow: ["yellow", "Mode shadow: what would be done is written down, and not done."],
  act: ["blue", "Mode act: approved runs change the platform."],
};

/** What this server may do to the platform: always on screen. The emergency stop outdoes the mode. */
export function Mode() {
  const status = useStatus();
  if (status === undefined) return <span style={{ width: 62 }} />;
  const [tone, label] = looks[status.mode];
  if (status.stopped)
    return (
      <Tooltip label="The emergency stop is set: no step with an effect outside starts." multiline>
        <span>
          <Tag tone="red" icon="stop">
            stopped
          </Tag>
        </span>
      </Tooltip>
    );
  return (
    <Tooltip label={label}>
      <span>
        <Tag tone={tone} icon={status.mode === "observe" ? "lock" : "runs"}>
          {status.mode}
        </Tag>
      </span>
    </Tooltip>
  );
}
