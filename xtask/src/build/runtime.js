// What carries texts and bytes between a page and a module, by the names that wasm-bindgen's glue calls. Shorter than
// its own functions: the loader hands over a compiled module, nothing is loaded twice, and memory is looked at anew each
// time instead of being watched for growth. Nothing is at 0. A function that nobody calls is left out (`glue.rs`).

function give(to, at) {
    new Int32Array(wasm.memory.buffer, to).set([at, WASM_VECTOR_LEN]);
}

function passStringToWasm0(text) {
    return passArray8ToWasm0(new TextEncoder().encode(text));
}

function passArray8ToWasm0(bytes) {
    if (isLikeNone(bytes)) return 0;
    const at = wasm.__wbindgen_malloc(bytes.length, 1);
    getArrayU8FromWasm0(at, bytes.length).set(bytes);
    WASM_VECTOR_LEN = bytes.length;
    return at;
}

let WASM_VECTOR_LEN;

function getStringFromWasm0(at, length) {
    return decoder.decode(getArrayU8FromWasm0(at, length));
}
// To make one costs more than to decode most texts.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function getArrayU8FromWasm0(at, length) {
    return new Uint8Array(wasm.memory.buffer, at, length);
}

function addToExternrefTable0(value) {
    if (isLikeNone(value)) return 0;
    const at = takePlace();
    wasm.__wbindgen_externrefs.set(at, value);
    return at;
}

function takePlace() {
    return freed.pop() ?? wasm.__wbindgen_externrefs.grow(1);
}
const freed = [];

function freePlace(at) {
    // Those before are the module's own, for nothing, true and false.
    if (at < 1028) return;
    wasm.__wbindgen_externrefs.set(at, null);
    freed.push(at);
}

function isLikeNone(value) {
    return value == null;
}

let wasm;
export default async (module) => {
    const instance = await WebAssembly.instantiate(module, imports);
    wasm = instance.exports;
    wasm.__wbindgen_start();
};
