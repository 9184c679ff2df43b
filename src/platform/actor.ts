/** Who did something: a person, a program with a token, or Millwright itself. `id` is stable, `name` is for people. */
export interface Actor {
  readonly kind: "person" | "token" | "system";
  readonly id: string;
  readonly name: string;
}

/** Millwright acting by itself: the scheduler, a worker. */
export const millwright: Actor = { kind: "system", id: "millwright", name: "Millwright" };
