import { Select, Textarea } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { WritePath } from "../api/types.ts";
import { useWrite } from "../api/use-write.ts";
import { useEnvironments } from "../state/environments.ts";
import { useEnvironment } from "../state/use-search.ts";
import { ConfirmDialog } from "./confirm.tsx";
import { cliWith, madeBy, type Next, pathOf } from "./next-words.ts";
import { useFocusBack } from "./use-focus-back.ts";

const questions: Readonly<Record<string, readonly [label: string, hint: string]>> = {
  evidence: ["What proves it", "In a sentence: what you saw or did, and where it stands"],
  review: ["What you found", "In a sentence: whether it was right, and what follows"],
  reason: ["Why", "In a sentence"],
};

interface NextDialogProps {
  readonly next: Next;
  readonly action: NonNullable<Next["action"]>;
  readonly words: string;
  readonly about: string;
  readonly environment?: string | undefined;
  readonly onClose: () => void;
}

/** Asks for what a call of the server's still lacks, then sends it. */
export function NextDialog({ next, action, words, about, environment, onClose }: NextDialogProps) {
  useFocusBack();
  // The server names its own route; the client knows it by its path with the parameters already in.
  const write = useWrite("post", pathOf(action) as WritePath<"post">);
  const navigate = useNavigate();
  const here = useEnvironment();
  const [said, setSaid] = useState<Readonly<Record<string, string>>>({ environment: environment ?? here ?? "" });
  const missing = action.asks.find((name) => (said[name] ?? "").trim() === "");
  const asked = Object.fromEntries(action.asks.map((name) => [name, (said[name] ?? "").trim()]));
  const send = async (): Promise<void> => {
    const reply: unknown = await write.send({ body: { ...action.body, ...asked } } as never);
    const page = madeBy(action, reply);
    if (page !== undefined) await navigate({ to: page, search: { environment: here } as never });
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      action={words}
      effect={action.effect}
      needs={action.needs}
      environment={asked["environment"] ?? environment}
      send={send}
      write={write}
      cli={cliWith(next.cli, asked)}
      blocked={missing === undefined ? undefined : `${questions[missing]?.[0] ?? missing}: this is asked for.`}
    >
      <p style={{ margin: 0 }}>
        <strong>{about}</strong>
      </p>
      {next.label === words ? undefined : <p style={{ margin: 0 }}>{next.label}</p>}
      {action.asks.map((name) => (
        <Asked
          key={name}
          name={name}
          value={said[name] ?? ""}
          onChange={(text) => setSaid({ ...said, [name]: text })}
        />
      ))}
    </ConfirmDialog>
  );
}

function Asked({
  name,
  value,
  onChange,
}: {
  readonly name: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const environments = useEnvironments();
  const [label, hint] = questions[name] ?? [name, ""];
  if (name === "environment")
    return (
      <Select
        label="Where"
        placeholder="Choose an environment"
        data={[...environments]}
        value={value === "" ? null : value}
        onChange={(chosen) => onChange(chosen ?? "")}
      />
    );
  return (
    <Textarea
      label={label}
      description={hint}
      value={value}
      autosize
      minRows={2}
      data-autofocus
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
