import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";
import "./tag.css";

export type Tone = "red" | "orange" | "yellow" | "green" | "blue" | "grey";

/** A state in a word: colour and sign support the word, they never stand alone. Use `Severity`, `State`, `Health` where they fit. */
export function Tag({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly children: ReactNode;
}) {
  return (
    <span className="mw-tag" data-tone={tone}>
      {icon === undefined ? undefined : <Icon name={icon} size={12} />}
      <span>{children}</span>
    </span>
  );
}
