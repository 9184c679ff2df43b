import { Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Confirm, type ConfirmProps } from "./confirm.tsx";

export interface ConfirmSayingProps extends Omit<ConfirmProps, "send" | "cli" | "blocked" | "children"> {
  /** What is to be said: "Why it can be left out". */
  readonly label: string;
  readonly hint?: string;
  /** How many letters it has at least; 0: it may be left out. */
  readonly least: number;
  readonly send: (said: string) => Promise<unknown>;
  /** The command that does the same with these words; they come as they were typed, `""` at first. */
  readonly cli?: (said: string) => string;
  /** Why it cannot be sent now, besides the words. */
  readonly blocked?: string | undefined;
  /** Stands above the words. */
  readonly children?: ReactNode;
}

/** A `Confirm` of something that people have to give words to: a reason, what was seen, what proves it. */
export function ConfirmSaying({ label, hint, least, send, cli, blocked, children, ...rest }: ConfirmSayingProps) {
  const [said, setSaid] = useState("");
  const words = said.trim();
  return (
    <Confirm
      {...rest}
      send={async () => {
        await send(words);
        setSaid("");
      }}
      {...(cli === undefined ? {} : { cli: cli(words) })}
      blocked={words.length < least ? `${label}: say it in ${least} letters or more.` : blocked}
    >
      {children}
      <Textarea
        label={label}
        description={hint}
        value={said}
        onChange={(event) => setSaid(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={2000}
        data-autofocus
      />
    </Confirm>
  );
}
