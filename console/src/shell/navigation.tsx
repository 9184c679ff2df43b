import { Link } from "@tanstack/react-router";
import { pages } from "../pages/index.ts";
import { Icon } from "../parts/icon.tsx";
import { useEnvironment } from "../state/use-search.ts";
import { Links } from "./links.tsx";

/** The pages; the chosen environment goes along, other filters stay behind. */
export function Navigation({ onGo }: { readonly onGo?: () => void }) {
  const environment = useEnvironment();
  return (
    <>
      <ul className="mw-nav-list">
        {pages.map(({ title, path, icon }) => (
          <li key={path}>
            <Link
              to={path}
              search={{ environment } as never}
              activeOptions={{ exact: path === "/", includeSearch: false }}
              activeProps={{ "aria-current": "page" }}
              {...(onGo === undefined ? {} : { onClick: onGo })}
            >
              <Icon name={icon} />
              {title}
            </Link>
          </li>
        ))}
      </ul>
      <Links />
    </>
  );
}
