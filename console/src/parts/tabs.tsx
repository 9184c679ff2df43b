import { Link } from "@tanstack/react-router";
import "./tabs.css";

export interface Tab {
  readonly id: string;
  readonly title: string;
}

/** The parts of a page, below its head. The first is shown where the address names none; `useTab` reads the choice. */
export function Tabs({
  label,
  tabs,
  current,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly current: string;
}) {
  return (
    <nav className="mw-tabs" aria-label={label}>
      {tabs.map(({ id, title }, index) => (
        <Link
          key={id}
          to="."
          search={
            ((before: { readonly environment?: string }) => ({
              environment: before.environment,
              tab: index === 0 ? undefined : id,
            })) as never
          }
          aria-current={id === current ? "page" : undefined}
          // The address may hold filters besides: which tab is open is for the page to say.
          activeOptions={{ exact: true, includeSearch: true }}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
