// An old TextDecoder.
const Old = TextDecoder; window.TextDecoder = class { constructor(...a) { this.it = new Old(...a); } decode(...a) { return this.it.decode(...a); } };
