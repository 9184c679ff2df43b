import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { useRead } from "../api/use-read.ts";
import { pages } from "../pages/index.ts";
import { Icon } from "../parts/icon.tsx";
import { useFocusBack } from "../parts/use-focus-back.ts";
import { splitRoute } from "../state/split-route.ts";
import { useEnvironment } from "../state/use-search.ts";
import { askedOf, type Target, targetsOf } from "./jump-hits.ts";
import { matching } from "./jump-targets.ts";

/** Ctrl-K: a page by a few of its letters, and whatever the server keeps that holds the text: components, findings, runs, work. */
export function QuickJump({ onClose }: { readonly onClose: () => void }) {
  useFocusBack();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const environment = useEnvironment();
  const found = useFound(text);
  const targets: readonly Target[] = [...matching(pages, text), ...found.targets];
  const current = Math.min(chosen, targets.length - 1);
  const go = (path: string | undefined): void => {
    if (path === undefined) return;
    const { to, search } = splitRoute(path);
    void navigate({ to, search: { environment, ...search } as never });
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
    <Modal opened onClose={onClose} title="Go to" padding="sm" size="lg">
      <TextInput
        data-autofocus
        size="sm"
        role="combobox"
        aria-label="What to go to"
        aria-expanded
        aria-controls="mw-jump"
        aria-activedescendant={targets.length === 0 ? undefined : `mw-jump-${current}`}
        placeholder="A page, a component, a finding, a run, a line of the guides…"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="mw-jump-list" id="mw-jump" role="listbox" aria-label="Where to">
        {targets.map((target, index) => (
          <Option key={target.path} {...{ target, index, onKeyDown }} selected={index === current} onGo={go} />
        ))}
      </div>
      <p className="mw-dim mw-jump-foot" role="status">
        {found.says ?? (targets.length === 0 ? "Nothing has these letters." : "")}
      </p>
    </Modal>
  );
}

/** What the server keeps that holds the text, once one stops typing. */
function useFound(text: string): { readonly targets: readonly Target[]; readonly says: string | undefined } {
  const [asked] = useDebouncedValue(askedOf(text), 150);
  const found = useRead(
    "/search",
    { query: { q: asked ?? "", limit: 5 } },
    { enabled: asked !== undefined, everySeconds: 0 },
  );
  if (askedOf(text) === undefined) return { targets: [], says: undefined };
  const waits = asked !== askedOf(text) || found.loading;
  return {
    targets: targetsOf(found.data?.items ?? []),
    says: found.error === undefined ? (waits ? "Looking…" : undefined) : `${found.error.title}. ${found.error.toDo}`,
  };
}

function Option(props: {
  readonly target: Target;
  readonly index: number;
  readonly selected: boolean;
  readonly onGo: (path: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}) {
  const { target, index, selected } = props;
  return (
    <div
      id={`mw-jump-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      // Further down than the list shows: the arrows bring it into view.
      ref={(element) => (selected ? element?.scrollIntoView({ block: "nearest" }) : undefined)}
      onClick={() => props.onGo(target.path)}
      onKeyDown={props.onKeyDown}
    >
      <Icon name={target.icon} />
      <span className="mw-cut">{target.title}</span>
      <span className="mw-jump-says mw-cut">{target.says}</span>
    </div>
  );
}
