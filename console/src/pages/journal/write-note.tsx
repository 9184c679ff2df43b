import { NumberInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { EnvironmentField } from "../../parts/environment-field.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { lines } from "./lines.ts";

/** Work that was done by hand belongs into the log too. */
export function WriteNote() {
  const write = useWrite("post", "/journal/entries");
  const chosen = useEnvironment();
  const [task, setTask] = useState("");
  const [environment, setEnvironment] = useState<string | undefined>(chosen);
  const [minutes, setMinutes] = useState<number>();
  const [issues, setIssues] = useState("");
  const [left, setLeft] = useState("");
  const body = {
    task: task.trim(),
    ...(environment === undefined ? {} : { environment }),
    ...(minutes === undefined ? {} : { durationMinutes: minutes }),
    issues: lines(issues),
    nextActions: lines(left),
  };
  return (
    <Confirm
      action="Write an entry"
      effect="own"
      needs="operator"
      environment={environment}
      send={async () => {
        await write.send({ body });
        setTask("");
        setIssues("");
        setLeft("");
      }}
      write={write}
      cli={command`millwright journal note ${body.task || "…"}${{ ...body, task: undefined }}`}
      blocked={body.task.length < 3 ? "Say what was done." : undefined}
    >
      <TextInput
        label="What was done"
        value={task}
        onChange={(event) => setTask(event.currentTarget.value)}
        data-autofocus
      />
      <EnvironmentField value={environment} onChange={setEnvironment} />
      <NumberInput
        label="How long it took, in minutes"
        min={0}
        max={100_000}
        value={minutes ?? ""}
        onChange={(value) => setMinutes(typeof value === "number" ? value : undefined)}
      />
      <Textarea
        label="What went wrong"
        description="One issue a line"
        value={issues}
        onChange={(event) => setIssues(event.currentTarget.value)}
        autosize
        minRows={2}
      />
      <Textarea
        label="What is left to do"
        description="One thing a line"
        value={left}
        onChange={(event) => setLeft(event.currentTarget.value)}
        autosize
        minRows={2}
      />
    </Confirm>
  );
}
