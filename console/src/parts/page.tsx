import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { CliLine } from "./cli-line.tsx";
import { Icon } from "./icon.tsx";
import "./page.css";

export interface PageProps {
  readonly title: string;
  /** One sentence: what this shows and why it matters, or why this one thing is here. Its line is kept free while it loads. */
  readonly why?: ReactNode;
  /** The command that shows the same: `read.cli`. Its line is kept free while it loads. */
  readonly cli: string | undefined;
  /** Buttons, at the right of the title. */
  readonly actions?: ReactNode;
  /** Where this thing's list is. */
  readonly back?: { readonly to: string; readonly title: string };
  readonly children: ReactNode;
}

/** The frame of each page: title, why, actions, the command line, then what it is about. Sets the window's title. */
export function Page({ title, why, cli, actions, back, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Millwright`;
  }, [title]);
  return (
    <div className="mw-page">
      <header className="mw-page-head">
        <div>
          {back === undefined ? undefined : (
            <Link className="mw-back" to={back.to} search={(before: object) => before}>
              <Icon name="left" size={14} />
              {back.title}
            </Link>
          )}
          <h1>{title}</h1>
          <p className="mw-page-why">{why}</p>
        </div>
        {actions === undefined ? undefined : <div className="mw-page-actions">{actions}</div>}
      </header>
      <div className="mw-page-cli">{cli === undefined ? undefined : <CliLine command={cli} />}</div>
      {children}
    </div>
  );
}
