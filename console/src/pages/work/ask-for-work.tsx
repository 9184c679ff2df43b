import { Checkbox, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { EnvironmentField } from "../../parts/environment-field.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { MinutesAsked } from "./minutes-asked.tsx";

/** Asks for a piece of work that nothing else asked for. */
export function AskForWork() {
  const create = useWrite("post", "/work-orders");
  const navigate = useNavigate();
  const chosen = useEnvironment();
  const [title, setTitle] = useState("");
  const [environment, setEnvironment] = useState<string | undefined>(chosen);
  const [disruptive, setDisruptive] = useState(true);
  const [changes, setChanges] = useState(true);
  const [forwardMinutes, setForward] = useState(60);
  const [rollbackMinutes, setRollback] = useState(60);
  const where = environment === undefined ? {} : { environment };
  const body = { title: title.trim(), ...where, disruptive, changes, forwardMinutes, rollbackMinutes };
  return (
    <Confirm
      action="Ask for work"
      effect="own"
      needs="operator"
      environment={environment}
      send={async () => {
        const order = await create.send({ body });
        setTitle("");
        await navigate({ to: `/work/${order.id}` });
      }}
      write={create}
      cli={command`millwright work create ${body.title || "…"}${{ ...body, title: undefined }}`}
      blocked={blockedBy(body)}
    >
      <TextInput
        label="What is to be done"
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      <EnvironmentField value={environment} onChange={setEnvironment} />
      <Checkbox
        label="Users may notice it: it needs a window"
        checked={disruptive}
        onChange={(event) => setDisruptive(event.currentTarget.checked)}
      />
      <Checkbox
        label="It changes the platform: it needs a change request and an approval"
        checked={changes}
        onChange={(event) => setChanges(event.currentTarget.checked)}
      />
      <MinutesAsked
        forward={forwardMinutes}
        rollback={rollbackMinutes}
        onForward={setForward}
        onRollback={setRollback}
      />
    </Confirm>
  );
}

function blockedBy({
  title,
  disruptive,
  environment,
}: {
  readonly title: string;
  readonly disruptive: boolean;
  readonly environment?: string;
}): string | undefined {
  if (title.length < 3) return "Say what is to be done.";
  return disruptive && environment === undefined ? "Work that users may notice names its environment." : undefined;
}
