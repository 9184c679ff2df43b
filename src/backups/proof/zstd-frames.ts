import { Bytes } from "./bytes.ts";

/** RFC 8878, 3.1.1 and 3.1.2; of a skippable frame's last four bits each is one. */
const frame = 0xfd2fb528;
const skippable = 0x184d2a5;

/**
 * What Zstandard packed, in pieces of which none holds bytes of two frames: of those that follow within a piece Node's decoder takes
 * none, and says nothing. Several stand in what pzstd packs, and in files that were joined. What is cut off or damaged passes as it is.
 */
export async function* frameByFrame(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new Bytes(source);
  try {
    for (;;) {
      const magic = await bytes.upTo(4);
      if (magic.length === 0) return;
      yield magic;
      const kind = numberIn(magic);
      if (kind === frame) yield* restOfFrame(bytes);
      else if (kind >>> 4 === skippable) {
        const size = await bytes.upTo(4);
        yield size;
        yield* passed(bytes, numberIn(size));
      } else yield* passed(bytes, Infinity);
    }
  } finally {
    await bytes.close();
  }
}

async function* restOfFrame(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const descriptor = await bytes.upTo(1);
  yield descriptor;
  const [flags = 0] = descriptor;
  yield* passed(bytes, headerSize(flags));
  for (let isLast = false; !isLast; ) {
    const header = await bytes.upTo(3);
    if (header.length < 3) return yield header;
    yield header;
    const said = numberIn(header);
    isLast = (said & 1) === 1;
    // A block of one byte that is repeated says how often.
    yield* passed(bytes, ((said >>> 1) & 3) === 1 ? 1 : said >>> 3);
  }
  const hasChecksum = (flags & 4) !== 0;
  yield* passed(bytes, hasChecksum ? 4 : 0);
}

/** Of what follows the descriptor: window, dictionary's id, size of the content (RFC 8878, 3.1.1.1). */
function headerSize(flags: number): number {
  const isSingle = (flags & 0x20) !== 0;
  const ofContent = [isSingle ? 1 : 0, 2, 4, 8][flags >>> 6] ?? 0;
  return (isSingle ? 0 : 1) + ([0, 1, 2, 4][flags & 3] ?? 0) + ofContent;
}

async function* passed(bytes: Bytes, size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const piece = await bytes.piece(left);
    if (piece.length === 0) return;
    left -= piece.length;
    yield piece;
  }
}

/** From the least byte. */
function numberIn(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => number * 256 + byte, 0);
}
