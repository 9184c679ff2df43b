import { Command, Option } from "commander";
import { InputError } from "../../kernel/errors.ts";
import { folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** What `millwright serve` hands to the server. */
interface Options {
  readonly config?: string;
  readonly data: string;
  readonly only?: "api" | "worker";
  readonly host?: string;
  readonly port?: string;
  readonly acceptRestored?: boolean;
}

/** As `serverFile` of `src/platform/server-config.ts`; loading that would load its whole schema. */
const usualConfig = "millwright.server.yaml";

/** `millwright serve [DIR…]` */
export function serveCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("serve")
    .description("Run the control plane: database, API and worker, until Ctrl-C; needs no cluster")
    .argument("[dir...]", "folders to read as repositories, beside those of the configuration")
    .option("--config <file>", `the server's configuration (${usualConfig} here, if there is one)`)
    .option("--data <dir>", "where its own database and the first login are kept", "millwright-data")
    .addOption(new Option("--only <part>", "run one part, to scale out").choices(["api", "worker"]))
    .option("--host <address>", "listen on this address rather than the configured one")
    .option("--port <number>", "listen on this port rather than the configured one; 0: any that is free")
    .option("--accept-restored", "a person has compared the restored database with the platform: work with it")
    .action(async (folders: readonly string[], options: Options) => {
      const code = await shell.serve({
        config: await configFile(shell, options.config),
        data: folderOf(shell, options.data),
        only: options.only,
        folders: folders.map((folder) => folderOf(shell, folder)),
        host: options.host,
        port: portOf(options.port),
        acceptRestored: options.acceptRestored === true,
      });
      exit(code);
    });
}

async function configFile(shell: Shell, named: string | undefined): Promise<string | undefined> {
  const file = folderOf(shell, named ?? usualConfig);
  if ((await shell.readText(file)) !== undefined) return file;
  if (named !== undefined) throw new InputError(`There is no configuration ${named}.`);
  return undefined;
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InputError(`--port ${text} is no port: a number from 0 to 65535.`);
}
