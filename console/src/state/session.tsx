import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { whenLoggedOut } from "../api/client.ts";
import type { Reply } from "../api/types.ts";
import { useRead } from "../api/use-read.ts";
import { holds, holdsSomewhere, type Role } from "./roles.ts";

type Me = Reply<"/me">;
type Status = Reply<"/status">;

const Session = createContext<{ readonly me: Me; readonly status: Status | undefined } | undefined>(undefined);

/** Who is logged in and how the server is, for everything below. `login` is shown in place of it, or over it when a login ended. */
export function SessionGate(props: {
  readonly children: ReactNode;
  readonly login: (ended: boolean) => ReactNode;
  readonly failing: (read: ReturnType<typeof useRead<"/me">>) => ReactNode;
  readonly loading: ReactNode;
}) {
  const queries = useQueryClient();
  const me = useRead("/me", {}, { everySeconds: 300 });
  const status = useRead("/status", {}, { everySeconds: 15, enabled: me.data !== undefined });
  useEffect(() => {
    // Any call may be the first to learn that a login has ended; the one that asks who is logged in then learns it too.
    whenLoggedOut(() => {
      if (queries.getQueryState(["/me", {}])?.error === null) void queries.invalidateQueries({ queryKey: ["/me"] });
    });
  }, [queries]);
  const loggedOut = me.error?.status === 401;
  if (me.data === undefined) {
    if (loggedOut) return props.login(false);
    return me.error === undefined ? props.loading : props.failing(me);
  }
  return (
    <Session value={{ me: me.data, status: status.data }}>
      {props.children}
      {loggedOut ? props.login(true) : undefined}
    </Session>
  );
}

function useSession() {
  const session = useContext(Session);
  if (session === undefined) throw new Error("used outside of a login");
  return session;
}

/** Who is logged in, and with what roles. */
export function useMe(): Me {
  return useSession().me;
}

/** What the server says of itself; undefined until it has. */
export function useStatus(): Status | undefined {
  return useSession().status;
}

/** observe: nothing outside is changed; shadow: what would be done is written down; act: it is done. */
export function useMode(): Status["mode"] | undefined {
  return useSession().status?.mode;
}

/** Whether the role is held in that environment; without one in the platform as a whole. `"any"`: somewhere. Only to show it: the server decides. */
export function useMay(role: Role, environment: string | undefined): boolean {
  const { roles } = useSession().me;
  return environment === "any" ? holdsSomewhere(roles, role) : holds(roles, role, environment);
}
