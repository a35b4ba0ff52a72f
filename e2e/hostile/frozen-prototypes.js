// Everything frozen (SES lockdown).
for (const it of [Object, Array, Function, String, Number, Promise, RegExp, Map, Set]) { Object.freeze(it.prototype); Object.freeze(it); }
