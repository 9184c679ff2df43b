import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** A line to a port of this machine that can be cut. */
export interface CutLine {
  readonly port: number;
  /** All connections, without a farewell; whether there was any. */
  cut(): boolean;
  close(): void;
}

export async function cutLineTo(port: () => number): Promise<CutLine> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port(), "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const cut = (): boolean => {
    const isUsed = open.size > 0;
    for (const socket of open) socket.resetAndDestroy();
    return isUsed;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      cut();
      server.close();
    },
  };
}
