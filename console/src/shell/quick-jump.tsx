import { Modal, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { pages } from "../pages/index.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { useEnvironment } from "../state/use-search.ts";
import { idIn, matching } from "./jump-targets.ts";

/** Ctrl-K: a page by a few of its letters, a finding by its id. */
export function QuickJump({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const environment = useEnvironment();
  const finding = idIn(text);
  const targets: readonly { readonly title: string; readonly path: string; readonly icon: IconName }[] = [
    ...matching(pages, text),
    ...(finding === undefined
      ? []
      : [{ title: `Finding ${finding}`, path: `/findings/${finding}`, icon: "findings" as const }]),
  ];
  const current = Math.min(chosen, targets.length - 1);
  const go = (path: string | undefined): void => {
    if (path === undefined) return;
    void navigate({ to: path, search: { environment } as never });
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setChosen((current + 1) % Math.max(1, targets.length));
    else if (event.key === "ArrowUp") setChosen((current - 1 + targets.length) % Math.max(1, targets.length));
    else if (event.key === "Enter") go(targets[current]?.path);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={onClose} title="Go to" padding="sm">
      <TextInput
        data-autofocus
        size="sm"
        role="combobox"
        aria-label="Page, or id of a finding"
        aria-expanded
        aria-controls="mw-jump"
        aria-activedescendant={targets.length === 0 ? undefined : `mw-jump-${current}`}
        placeholder="Page, or id of a finding"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="mw-jump-list" id="mw-jump" role="listbox" aria-label="Where to">
        {targets.map(({ title, path, icon }, index) => (
          <div
            key={path}
            id={`mw-jump-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onClick={() => go(path)}
            onKeyDown={onKeyDown}
          >
            <Icon name={icon} />
            {title}
          </div>
        ))}
      </div>
      {targets.length === 0 ? <p className="mw-dim">No page has these letters.</p> : undefined}
    </Modal>
  );
}
