import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";
import "./notice.css";

/** A card that says one thing in place of what would be there. Use `Problem`, `Empty`, `NotSetUp`, `Forbidden` where they fit. */
export function Notice(props: {
  readonly tone: "red" | "orange" | "grey";
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Read out at once by screen readers. */
  readonly alert?: boolean;
}) {
  return (
    <div className="mw-card mw-notice" data-tone={props.tone} {...(props.alert === true ? { role: "alert" } : {})}>
      <Icon name={props.icon} size={18} />
      <div>
        <h2>{props.title}</h2>
        {props.children}
        {props.actions === undefined ? undefined : <div className="mw-notice-actions">{props.actions}</div>}
      </div>
    </div>
  );
}
