import { Link } from "@tanstack/react-router";
import { counted } from "../../parts/counted.ts";

/** As many as fit on a screen beside the rest. */
const mostOpen = 10;

/** Each backup that a removal names: nothing that somebody agrees to is removed unseen. */
export function WhatGoes({ of: backups }: { readonly of: readonly string[] }) {
  return (
    <details open={backups.length <= mostOpen}>
      <summary>{counted(backups.length, "backup")} would be removed</summary>
      <ul aria-label="Backups that would be removed" className="mw-run-goes">
        {backups.map((id) => (
          <li key={id}>
            <Link to={`/backups/${id}`} className="mw-mono">
              {id}
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
