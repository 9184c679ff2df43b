import { takenPorts } from "./state.ts";

export interface ChooseAgain<Started> {
  /** The lab's folder. */
  readonly data: string;
  /** Chooses ports and starts; what it began has ended when it throws. */
  readonly start: () => Promise<Started>;
  readonly say: (line: string) => void;
  readonly attempts?: number;
}

/**
 * Between the moment at which a port is found free and the one at which it is listened on, somebody else can take it. Then
 * everything is started again: a port that is taken is chosen anew, the others stay. Any other failure is thrown as it is.
 */
export async function chooseAgain<Started>({ data, start, say, attempts = 3 }: ChooseAgain<Started>): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (thrown) {
      const taken = await takenPorts(data);
      if (attempt === attempts || taken.length === 0) throw thrown;
      say(`  somebody else took port ${taken.join(", ")} meanwhile: choosing again`);
    }
  }
}
