import type { System } from "../../systems/contract.ts";
import type { Note } from "../reader.ts";
import type { FilePin, Reading } from "../reading.ts";

/** A note with the file it stands in. */
export interface FileNote<K extends Note["kind"] = Note["kind"]> {
  readonly file: string;
  readonly note: Extract<Note, { readonly kind: K }>;
}

/** All readings of a repository while they are joined. Joins run in the order of `joins` and may replace or remove pins. */
export class Joining {
  readonly systems: readonly System[];
  readonly #pins: ReadonlyMap<string, (FilePin | undefined)[]>;
  readonly #notes = new Map<Note["kind"], FileNote[]>();

  constructor(readings: ReadonlyMap<string, Reading>, systems: readonly System[]) {
    this.systems = systems;
    this.#pins = new Map([...readings].map(([file, reading]) => [file, [...reading.pins]]));
    for (const [file, { notes }] of readings) {
      for (const note of notes) {
        const known = this.#notes.get(note.kind);
        if (known === undefined) this.#notes.set(note.kind, [{ file, note }]);
        else known.push({ file, note });
      }
    }
  }

  notes<K extends Note["kind"]>(kind: K): readonly FileNote<K>[] {
    // The compiler does not see that the key is the notes' kind.
    return (this.#notes.get(kind) ?? []) as unknown as readonly FileNote<K>[];
  }

  pin(file: string, index: number): FilePin | undefined {
    return this.#pins.get(file)?.[index];
  }

  /** Puts another pin in the place of one, or nothing. */
  replace(file: string, index: number, pin: FilePin | undefined): void {
    const pins = this.#pins.get(file);
    if (pins !== undefined) pins[index] = pin;
  }

  /** Every pin that is left, with its index in its file, in file order. */
  *pins(): Iterable<{ readonly pin: FilePin; readonly index: number }> {
    for (const pins of this.#pins.values()) {
      for (const [index, pin] of pins.entries()) if (pin !== undefined) yield { pin, index };
    }
  }
}

/** Brings together what files say of each other's pins. */
export type Join = (joining: Joining) => void;
