import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { splitRoute } from "../state/split-route.ts";
import { useEnvironment } from "../state/use-search.ts";

/** A link to a page as the server names it: `/findings?rule=x`. The chosen environment goes along where the page names none. */
export function RouteLink(props: {
  readonly route: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const environment = useEnvironment();
  const { to, search } = splitRoute(props.route);
  return (
    <Link
      to={to}
      search={{ environment, ...search } as never}
      {...(props.className === undefined ? {} : { className: props.className })}
    >
      {props.children}
    </Link>
  );
}
