import { useRead } from "../../api/use-read.ts";
import { Forbidden } from "../../parts/forbidden.tsx";
import { Page } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useMay } from "../../state/session.tsx";
import { useTab } from "../../state/use-search.ts";
import { Access } from "./access.tsx";
import { Files } from "./files.tsx";
import { Messages } from "./messages.tsx";
import { Parts } from "./parts.tsx";
import { Secrets } from "./secrets.tsx";
import { Sources } from "./sources.tsx";
import { Workings } from "./workings.tsx";

const tabs = [
  { id: "parts", title: "What is set up", cli: "millwright settings show" },
  { id: "platform", title: "Platform's file", cli: "millwright settings show" },
  { id: "server", title: "Server's file", cli: "millwright settings show" },
  { id: "sources", title: "Sources", cli: "millwright source list" },
  { id: "access", title: "Access", cli: "millwright token list" },
  { id: "secrets", title: "Secrets", cli: "millwright secret list" },
  { id: "messages", title: "Messages", cli: "millwright notice list" },
  { id: "workings", title: "Workings", cli: "millwright status" },
] as const;

/** With what this server runs, what is not set up and how it is, who may do what, and whether its own parts work. */
export function SettingsPage() {
  const tab = useTab(["parts", "platform", "server", "sources", "access", "secrets", "messages", "workings"]);
  return (
    <Page
      title="Settings"
      why="With what this server runs and where that comes from. The platform's file changes by merge request; the server's own file wins and is out of a merge request's reach."
      cli={tabs.find(({ id }) => id === tab)?.cli}
    >
      <Tabs label="Parts of the settings" tabs={tabs} current={tab} />
      <Part of={tab} />
    </Page>
  );
}

function Part({ of }: { readonly of: (typeof tabs)[number]["id"] }) {
  const settings = useRead("/settings", {});
  const admin = useMay("admin", undefined);
  switch (of) {
    case "parts":
      return <Parts settings={settings} />;
    case "platform":
      return <Files settings={settings} which="platform" />;
    case "server":
      return admin ? <Files settings={settings} which="server" /> : <Forbidden needs="admin" />;
    case "sources":
      return <Sources />;
    case "access":
      return admin ? <Access settings={settings} /> : <Forbidden needs="admin" />;
    case "secrets":
      return admin ? <Secrets settings={settings} /> : <Forbidden needs="admin" />;
    case "messages":
      return <Messages />;
    case "workings":
      return <Workings />;
  }
}
