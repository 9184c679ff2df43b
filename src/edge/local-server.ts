import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface LocalServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly host: string;
  /** What was asked, in order: `GET /v2/ Bearer x`, the credentials only where there were any. */
  readonly asked: string[];
  close(): void;
}

/** A server on this machine for tests: it answers by `answer` and writes down what it was asked. */
export async function serveLocally(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LocalServer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const { authorization = "", "private-token": token = "" } = request.headers;
    asked.push(`${request.method} ${request.url} ${authorization}${String(token)}`.trim());
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const host = `127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  return {
    url: `http://${host}`,
    host,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
