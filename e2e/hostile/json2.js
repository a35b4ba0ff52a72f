// json2.js in place of JSON.
const old = { ...{ parse: JSON.parse, stringify: JSON.stringify } }; window.JSON = { parse: (t, f) => old.parse(t, f), stringify: (v, r, s) => old.stringify(v, r, s) };
