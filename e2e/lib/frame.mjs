// As much of a frame (beacon/src/frame.rs, version 1) as is needed to make many out of one.

import { SITE } from "./servers.mjs";

/** Version, two bytes of length, then the header: the site's key with its length, and the run. */
const RUN_AT = 3 + 1 + SITE.length;
const RUN_BYTES = 16;

/** The frame as another page load would have sent it. */
export function fromRun(frame, number) {
  const copy = Buffer.from(frame);
  if (copy.toString("latin1", 4, RUN_AT) !== SITE) throw new Error("this is not a frame of version 1 for the demo site");
  copy.fill(0, RUN_AT, RUN_AT + RUN_BYTES);
  copy.writeUInt32BE(number + 1, RUN_AT);
  copy.writeUInt32LE(crc32c(copy.subarray(0, -4)), copy.length - 4);
  return copy;
}

/** Which page load a frame is of, and whether it names the visitor: behind the run stand the sequence (one byte while it
 * is small) and an option's tag. */
export function senderOf(frame) {
  const end = RUN_AT + RUN_BYTES;
  return { run: frame.toString("hex", RUN_AT, end), isKnown: frame[end + 1] === 1 };
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** Castagnoli's polynomial; `crc32c(Buffer.from("123456789"))` is 0xe3069283. */
export function crc32c(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
