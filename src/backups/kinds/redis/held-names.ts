/** Of SHA-256. */
const digestBytes = 32;

const placeBits = 20n;
/** A number's lower bits say where a digest lies: so many may be held. */
export const mostHeld = 2 ** Number(placeBits);

/** Digests of names side by side in memory, forty bytes each: of as many strings it would be several times that. */
export class HeldNames {
  readonly #digests: Buffer;
  /** The first 44 bits of each digest, and behind them its place: as numbers they are sorted without a call for each two. */
  readonly #order: BigUint64Array;
  #count = 0;

  constructor(most: number) {
    this.#digests = Buffer.allocUnsafe(most * digestBytes);
    this.#order = new BigUint64Array(most);
  }

  /** False where there is no room left. */
  add(digest: Uint8Array): boolean {
    const place = this.#count;
    if (place === this.#order.length) return false;
    this.#digests.set(digest, place * digestBytes);
    const first = this.#digests.readBigUInt64BE(place * digestBytes);
    this.#order[place] = ((first >> placeBits) << placeBits) | BigInt(place);
    this.#count += 1;
    return true;
  }

  /** In the order of their bytes, each once. */
  *sorted(): Generator<Buffer> {
    const order = this.#order.subarray(0, this.#count).sort();
    let alike: Buffer[] = [];
    let last = -1n;
    for (const one of order) {
      if (one >> placeBits !== last) {
        yield* different(alike);
        alike = [];
      }
      last = one >> placeBits;
      const at = Number(BigInt.asUintN(Number(placeBits), one)) * digestBytes;
      alike.push(this.#digests.subarray(at, at + digestBytes));
    }
    yield* different(alike);
  }
}

function different(alike: readonly Buffer[]): readonly Buffer[] {
  if (alike.length < 2) return alike;
  return alike
    .toSorted((a, b) => Buffer.compare(a, b))
    .filter((one, index, all) => index === 0 || !one.equals(all[index - 1] ?? Buffer.alloc(0)));
}
