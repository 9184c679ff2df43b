import { Button, Group, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { shown, type Write } from "../api/use-write.ts";
import type { Role } from "../state/roles.ts";
import { useMay, useMode } from "../state/session.tsx";
import { CliLine } from "./cli-line.tsx";
import { Problem } from "./problem.tsx";

export interface ConfirmProps {
  /** The button: a verb and a noun. */
  readonly action: string;
  /** What will happen, in a sentence or two; fields of a form too. */
  readonly children: ReactNode;
  /** `own`: touches only Millwright and people; `outside`: changes the platform, which mode observe forbids. */
  readonly effect: "own" | "outside";
  /** What one must be to do it, and where. */
  readonly needs: Role;
  readonly environment?: string | undefined;
  /** Sends it: `() => write.send({ … })`. */
  readonly send: () => Promise<unknown>;
  /** What sends it, as `useWrite` gives it: how it goes is shown. */
  readonly write: Pick<Write<unknown, unknown>, "sending" | "error" | "reset">;
  readonly cli?: string;
  /** Something cannot be taken back, or stops something. */
  readonly danger?: boolean;
  /** Why it cannot be sent now: a field that is not filled in. */
  readonly blocked?: string | undefined;
  readonly primary?: boolean;
}

/**
 * A button for a write: it says first what will happen and where, then does it once (see `useWrite`). Without the role, or in
 * mode observe for what has an effect outside, it is there and says why not.
 */
export function Confirm(props: ConfirmProps) {
  const [opened, { open, close }] = useDisclosure(false);
  const begin = (): void => {
    props.write.reset();
    open();
  };
  return (
    <>
      <Button
        variant={props.primary === true ? "filled" : "default"}
        {...colorOf(props)}
        onClick={begin}
        aria-haspopup="dialog"
      >
        {props.action}
      </Button>
      <ConfirmDialog {...props} opened={opened} onClose={close} />
    </>
  );
}

function colorOf({ danger }: Pick<ConfirmProps, "danger">) {
  return danger === true ? { color: "red" } : {};
}

/** The dialog of a `Confirm` alone, where many buttons share one: it stands as long as `opened`. */
export function ConfirmDialog(props: ConfirmProps & { readonly opened: boolean; readonly onClose: () => void }) {
  const { opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={props.action} size="lg" closeOnClickOutside={!props.write.sending}>
      {/* Mounted anew with each opening: what was tried before is forgotten. */}
      <Question {...props} onClose={onClose} />
    </Modal>
  );
}

function Question(props: ConfirmProps & { readonly onClose: () => void }) {
  const [tried, setTried] = useState(false);
  const forbidden = useForbidden(props);
  const send = async (): Promise<void> => {
    setTried(true);
    if (props.blocked !== undefined) return;
    await props.send().then(props.onClose, shown);
  };
  return (
    <div style={{ display: "grid", gap: 12 }}>
      {props.children}
      {forbidden === undefined ? undefined : <p role="alert">{forbidden}</p>}
      <p className="mw-dim" style={{ margin: 0 }}>
        {props.effect === "own"
          ? "This changes only what Millwright itself keeps; it is written into the journal."
          : `This changes ${props.environment ?? "the platform"}, outside of Millwright; it is written into the journal.`}
      </p>
      {props.cli === undefined ? undefined : <CliLine command={props.cli} />}
      {tried && props.blocked !== undefined ? <p role="alert">{props.blocked}</p> : undefined}
      {props.write.error === undefined ? undefined : <Problem error={props.write.error} />}
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={props.onClose}>
          Leave it
        </Button>
        {forbidden === undefined ? (
          <Button {...colorOf(props)} loading={props.write.sending} onClick={() => void send()} data-autofocus>
            {props.action}
          </Button>
        ) : undefined}
      </Group>
    </div>
  );
}

function useForbidden({ needs, environment, effect }: ConfirmProps): string | undefined {
  const may = useMay(needs, environment);
  const mode = useMode();
  if (!may)
    return `This needs the role ${needs} in ${environment ?? "the platform as a whole"}, which you do not have. An administrator gives roles.`;
  if (effect === "outside" && mode === "observe")
    return "This server is in mode observe: it changes nothing outside of itself. Whoever runs it can set mode: act (or shadow) in its configuration.";
  return undefined;
}
