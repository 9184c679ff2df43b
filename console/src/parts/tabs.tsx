import { Link } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";
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
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // On a narrow screen the open one may stand outside of what is seen; sideways only, the page stays where it is.
    const [open] = place.current?.querySelectorAll<HTMLElement>("[aria-current]") ?? [];
    if (place.current !== null && open !== undefined) place.current.scrollLeft = open.offsetLeft - 40;
  }, []);
  return (
    <nav className="mw-tabs" aria-label={label} ref={place}>
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
