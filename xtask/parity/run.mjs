// `node run.mjs MODULE FILE…`: the answers of the WebAssembly build, one a line, in hexadecimal.

import { readFileSync } from "node:fs";

const [module, ...files] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
const { push, run, pull } = instance.exports;

for (const file of files) {
  readFileSync(file).forEach((byte) => push(byte));
  console.log(Buffer.from(Array.from({ length: run() }, (_, at) => pull(at))).toString("hex"));
}
