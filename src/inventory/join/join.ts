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

  /** Puts another pin in the place of `pin`, wherever it is kept; nothing happens when it is there no more. */
  swap(pin: FilePin, next: FilePin): void {
    const own = this.#pins.get(pin.file);
    const list = own?.includes(pin) ? own : [...this.#pins.values()].find((pins) => pins.includes(pin));
    if (list !== undefined) list[list.indexOf(pin)] = next;
  }

  /**
   * Every pin that is left, in file order, with the file that found it and its index there. A pin that followed a reference
   * to a constant stands in another file (`pin.file`) than the one that found it.
   */
  *pins(): Iterable<{ readonly pin: FilePin; readonly file: string; readonly index: number }> {
    for (const [file, pins] of this.#pins) {
      for (let index = 0; index < pins.length; index += 1) {
        const pin = pins[index];
        if (pin !== undefined) yield { pin, file, index };
      }
    }
  }
}

/** Brings together what files say of each other's pins. */
export type Join = (joining: Joining) => void;
