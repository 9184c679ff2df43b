import { Group, Select, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { EnvironmentField } from "../../parts/environment-field.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { incidentKinds, severities } from "./incident-words.ts";

/** Opens an incident by hand, and calls people. */
export function OpenIncident() {
  const open = useWrite("post", "/incidents");
  const navigate = useNavigate();
  const chosen = useEnvironment();
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [kind, setKind] = useState<(typeof incidentKinds)[number]>("degradation");
  const [severity, setSeverity] = useState<(typeof severities)[number]>("high");
  const [environment, setEnvironment] = useState<string | undefined>(chosen);
  const where = environment === undefined ? {} : { environment };
  const body = { title: title.trim(), kind, severity, text: text.trim(), ...where };
  return (
    <Confirm
      action="Open an incident"
      effect="own"
      needs="operator"
      environment={environment}
      send={async () => {
        const opened = await open.send({ body });
        await navigate({ to: `/incidents/${opened.id}` });
      }}
      write={open}
      cli={command`millwright incident open ${body.title || "…"}${{ kind, severity, environment, text: body.text || "…" }}`}
      blocked={body.title.length < 3 ? "Say what happened." : body.text.length < 3 ? "Say how it is known." : undefined}
    >
      <p style={{ margin: 0 }}>
        The contacts of the server’s configuration are told in their order until somebody has it in hand; a critical or
        high one wakes people.
      </p>
      <TextInput
        label="What happened, in a few words"
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea
        label="Whom it affects, and how it is known"
        value={text}
        maxLength={4000}
        autosize
        minRows={2}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group gap={10} grow>
        <Select
          label="Kind"
          data={[...incidentKinds]}
          value={kind}
          allowDeselect={false}
          onChange={(value) => setKind(incidentKinds.find((one) => one === value) ?? "degradation")}
        />
        <Select
          label="Severity"
          data={[...severities]}
          value={severity}
          allowDeselect={false}
          onChange={(value) => setSeverity(severities.find((one) => one === value) ?? "high")}
        />
      </Group>
      <EnvironmentField value={environment} onChange={setEnvironment} />
    </Confirm>
  );
}
