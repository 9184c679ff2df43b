import { Button } from "@mantine/core";
import { command } from "../../parts/command.ts";
import { Page } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useTab } from "../../state/use-search.ts";
import { Architecture } from "./architecture.tsx";
import { Security } from "./security.tsx";
import { Troubleshooting } from "./troubleshooting.tsx";

const tabs = [
  { id: "architecture", title: "Architecture" },
  { id: "security", title: "Security" },
  { id: "troubleshooting", title: "Troubleshooting" },
] as const;

const whys = {
  architecture:
    "What the platform is made of, as it is declared and seen: an arrow leads from what needs to what is needed.",
  security:
    "What lies open, who can write and what they may do, when secrets are rotated, and what leaves the machine.",
  troubleshooting:
    "What can go wrong, what shows it, and what to do: from the probes, the rules and the guides. What shows now stands first.",
} as const;

/** What people would else write by hand and let grow old: made from the platform's own data each time it is opened. */
export function DocumentsPage() {
  const tab = useTab(["architecture", "security", "troubleshooting"]);
  const file = `${tab.toUpperCase()}.md`;
  return (
    <Page
      title="Documents"
      why={whys[tab]}
      cli={command`millwright document write ${tab} > ${file}`}
      actions={
        <Button component="a" variant="default" href={`/api/v1/documents/${tab}/markdown`} download={file}>
          Save {file}
        </Button>
      }
    >
      <Tabs label="Documents" tabs={tabs} current={tab} />
      {tab === "architecture" ? <Architecture /> : tab === "security" ? <Security /> : <Troubleshooting />}
    </Page>
  );
}
