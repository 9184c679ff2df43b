import { Button, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { CopyBlock } from "../../parts/copy-block.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { dayAfter } from "./suppression-day.ts";

/** To live with a finding until a day is a decision about the platform: this writes the lines for its file, and changes nothing. */
export function Suppress({ id }: { readonly id: string }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open} aria-haspopup="dialog">
        Suppress…
      </Button>
      <Modal opened={opened} onClose={close} title="Suppress this finding" size="lg">
        <Snippet id={id} />
      </Modal>
    </>
  );
}

function Snippet({ id }: { readonly id: string }) {
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState(() => dayAfter(Date.now(), 30));
  const [asked] = useDebouncedValue(reason.trim(), 300);
  const enabled = asked.length >= 10;
  const query = { reason: asked, until };
  const snippet = useRead("/findings/{id}/suppression", { path: { id }, query }, { enabled, everySeconds: 0 });
  return (
    <div style={{ display: "grid", gap: 12 }}>
      <p style={{ margin: 0 }}>
        A suppression is reviewed where the platform is: these lines go into the platform's file, in a merge request.
        Nothing is changed here.
      </p>
      <TextInput
        label="Why it can wait"
        description="In a sentence; at least 10 letters"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label="Until"
        type="date"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        w={180}
      />
      <div style={{ minHeight: 150, display: "grid", gap: 8, alignContent: "start" }}>
        {!enabled ? <p className="mw-dim">Say why first.</p> : undefined}
        {enabled && snippet.loading ? <SkeletonLines lines={4} /> : undefined}
        {enabled && snippet.error !== undefined ? <Problem error={snippet.error} retry={snippet.reload} /> : undefined}
        {enabled && snippet.error === undefined && snippet.data !== undefined ? (
          <>
            <span>
              Add to <code>{snippet.data.file}</code>:
            </span>
            <CopyBlock text={snippet.data.add} label="Lines for the platform's file" />
            {snippet.cli === undefined ? undefined : <CliLine command={snippet.cli} />}
          </>
        ) : undefined}
      </div>
    </div>
  );
}
