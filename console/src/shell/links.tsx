import { useRead } from "../api/use-read.ts";
import { Icon } from "../parts/icon.tsx";

/** Where else to look, as the server's configuration names it: below the pages. */
export function Links() {
  const settings = useRead("/settings", {}, { everySeconds: 300 });
  const links = (settings.data?.links ?? []).filter(({ url }) => /^https?:/.test(url));
  if (links.length === 0) return undefined;
  return (
    <>
      <h2>Elsewhere</h2>
      <ul className="mw-nav-list">
        {links.map(({ title, url }) => (
          <li key={url}>
            <a href={url} target="_blank" rel="noreferrer">
              <Icon name="link" />
              {title}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
