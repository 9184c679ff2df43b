import type { ServerConfig } from "../platform/server-config.ts";

/** For how many minutes a component may be unknown, as far as one probe tells, before that is a finding. */
export type Patience = (about: {
  readonly environment: string;
  readonly component: string;
  readonly probe: string;
}) => number;

/** Where nothing is configured: nobody is blind for long where people work. */
const usual: Readonly<Record<string, number>> = { production: 10 };
const elsewhere = 60;

/** The endpoint's own word for the probe, then its word for all of its probes, then the environment's. */
export function patienceOf({ probes, endpoints }: Pick<ServerConfig, "probes" | "endpoints">): Patience {
  return ({ environment, component, probe }) => {
    const own = endpoints.find((one) => one.environment === environment && one.component === component)?.unknownMinutes;
    const said = typeof own === "object" ? own[probe] : own;
    return said ?? probes.unknownMinutes[environment] ?? usual[environment] ?? elsewhere;
  };
}

/** Without a configuration. */
export const usualPatience: Patience = ({ environment }) => usual[environment] ?? elsewhere;
