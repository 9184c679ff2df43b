import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { Icon } from "../parts/icon.tsx";
import { useMe } from "../state/session.tsx";
import { chooseZone, useZone, zones } from "../state/zone.ts";
import { useLogOut } from "./use-log-out.ts";

const themes = [
  { value: "auto", title: "As the system", icon: "auto" },
  { value: "light", title: "Light", icon: "sun" },
  { value: "dark", title: "Dark", icon: "moon" },
] as const;

/** Who is logged in with which roles, the theme, the zone of times, and the way out. */
export function UserMenu() {
  const { actor, roles } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zone = useZone();
  const leave = useLogOut();
  return (
    <Menu position="bottom-end" width={250} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon aria-label={`${actor.name}: roles, theme, log out`} size={32}>
          <Icon name="user" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {actor.name}
          {Object.entries(roles).map(([environment, role]) => (
            <span key={environment} style={{ display: "block" }}>
              {role} in {environment === "*" ? "all environments" : environment}
            </span>
          ))}
        </Menu.Label>
        <Menu.Divider />
        {themes.map(({ value, title, icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon name={icon} />}
            rightSection={colorScheme === value ? <Icon name="check" /> : undefined}
            aria-current={colorScheme === value}
            onClick={() => setColorScheme(value)}
          >
            {title}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {zones.map((name) => (
          <Menu.Item
            key={name}
            leftSection={<Icon name="clock" />}
            rightSection={zone === name ? <Icon name="check" /> : undefined}
            aria-current={zone === name}
            onClick={() => chooseZone(name)}
          >
            Times in {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>Log out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
