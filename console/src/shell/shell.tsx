import { Outlet } from "@tanstack/react-router";
import { Problem } from "../parts/problem.tsx";
import { SessionGate } from "../state/session.tsx";
import { useCutTitles } from "./cut-titles.ts";
import { FollowChanges } from "./follow-changes.tsx";
import { Foot } from "./foot.tsx";
import { Header } from "./header.tsx";
import { Login } from "./login.tsx";
import { LoginAgain } from "./login-again.tsx";
import { Navigation } from "./navigation.tsx";
import { PageLoading } from "./page-loading.tsx";
import { StaleBanner } from "./stale-banner.tsx";
import "./shell.css";

/** What stays while pages change: the way around, who one is, how the server is, and whether it is heard. */
export function Shell() {
  useCutTitles();
  return (
    <SessionGate
      login={(ended) => (ended ? <LoginAgain /> : <Login />)}
      failing={(read) => (
        <div className="mw-page">
          {read.error === undefined ? undefined : <Problem error={read.error} retry={read.reload} />}
        </div>
      )}
      loading={<PageLoading />}
    >
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
          <Outlet />
        </main>
        <Foot />
      </div>
    </SessionGate>
  );
}
