import { ActionIcon, Button, Drawer } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { Icon } from "../parts/icon.tsx";
import { EnvironmentChoice } from "./environment-choice.tsx";
import { Mode } from "./mode.tsx";
import { Navigation } from "./navigation.tsx";
import { QuickJump } from "./quick-jump.tsx";
import { UserMenu } from "./user-menu.tsx";

/** The bar at the top: name, environment, quick jump, the server's mode, who one is. */
export function Header() {
  const [menu, { open, close }] = useDisclosure(false);
  const [jumping, { open: jump, close: jumped }] = useDisclosure(false);
  useHotkeys([["mod+K", jump]], [], true);
  return (
    <header className="mw-header">
      <ActionIcon
        className="mw-narrow-only"
        aria-label="Pages"
        aria-expanded={menu}
        aria-haspopup="dialog"
        onClick={open}
        size={36}
      >
        <Icon name="menu" />
      </ActionIcon>
      <Link to="/" className="mw-brand" aria-label="Millwright: first page">
        <img src="/favicon.svg" alt="" width={22} height={22} />
        <span className="mw-wide-only">Millwright</span>
      </Link>
      <EnvironmentChoice />
      <span className="mw-header-space" />
      <Button
        variant="default"
        className="mw-wide-only"
        onClick={jump}
        aria-haspopup="dialog"
        leftSection={<Icon name="findings" size={14} />}
        rightSection={<kbd className="mw-jump-hint">Ctrl K</kbd>}
      >
        Go to…
      </Button>
      <ActionIcon className="mw-narrow-only" aria-label="Go to…" aria-haspopup="dialog" onClick={jump} size={36}>
        <Icon name="findings" />
      </ActionIcon>
      <Mode />
      <UserMenu />
      <Drawer opened={menu} onClose={close} title="Pages" size={240}>
        <nav aria-label="Pages">
          <Navigation onGo={close} />
        </nav>
      </Drawer>
      {jumping ? <QuickJump onClose={jumped} /> : undefined}
    </header>
  );
}
