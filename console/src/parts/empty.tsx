import type { ReactNode } from "react";
import { Notice } from "./notice.tsx";

/** There is nothing, and that was looked at. Say what that means and what would fill it: never just "no data". */
export function Empty({
  title,
  children,
  actions,
  tells = true,
}: {
  readonly title: string;
  /** false: nothing good follows from it, since nobody may have looked. */
  readonly tells?: boolean;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <Notice tone="grey" icon={tells ? "check" : "question"} title={title} actions={actions}>
      {children === undefined ? undefined : <p>{children}</p>}
    </Notice>
  );
}
