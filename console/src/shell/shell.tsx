import { Outlet } from "@tanstack/react-router";
import { Problem } from "../parts/problem.tsx";
import { SessionGate, useMay } from "../state/session.tsx";
import { useEnvironment } from "../state/use-search.ts";
import { useCutTitles } from "./cut-titles.ts";
import { FollowChanges } from "./follow-changes.tsx";
import { Foot } from "./foot.tsx";
import { Header } from "./header.tsx";
import { Login } from "./login.tsx";
import { LoginAgain } from "./login-again.tsx";
import { Navigation } from "./navigation.tsx";
import { NoRole } from "./no-role.tsx";
import { NotYours } from "./not-yours.tsx";
import { PageLoading } from "./page-loading.tsx";
import { StaleBanner } from "./stale-banner.tsx";
import "./shell.css";

/** What stays while pages change: the way around, who one is, how the server is, and whether it is heard. */
export function Shell() {
  useCutTitles();
  return (
    <SessionGate
      login={(ended) => (ended ? <LoginAgain /> : <Login />)}
      failing={({ error, reload }) =>
        error?.missingRole === undefined ? (
          <div className="mw-page">{error === undefined ? undefined : <Problem error={error} retry={reload} />}</div>
        ) : (
          <NoRole lookAgain={reload} />
        )
      }
      loading={<PageLoading />}
    >
      <Around />
    </SessionGate>
  );
}

/** The pages, for whoever has a role somewhere. */
function Around() {
  const environment = useEnvironment();
  const mayLook = useMay("viewer", environment);
  return (
    <>
      <a className="mw-skip" href="#content">
        Skip to the page
      </a>
      <Header />
      <nav className="mw-nav" aria-label="Pages">
        <Navigation />
      </nav>
      <StaleBanner />
      <FollowChanges />
      <div className="mw-main">
        <main id="content" tabIndex={-1}>
          {environment === undefined || mayLook ? <Outlet /> : <NotYours environment={environment} />}
        </main>
        <Foot />
      </div>
    </>
  );
}
