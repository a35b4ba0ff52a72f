// What strangers and colleagues may write, to see that it stays text: one list for every field and every view.

/** What would be done, if anything ran. */
export const RUN = "window.__ran=1";

/** Elements that run something by themselves, each in several dresses. */
const ELEMENTS = [
  "script", "img src=x onerror", "svg onload", "svg/onload", "body onload", "details open ontoggle", "video src=x onerror",
  "audio src=x onerror", "source onerror", "input autofocus onfocus", "select autofocus onfocus", "textarea autofocus onfocus",
  "iframe srcdoc", "object data", "embed src", "math href", "marquee onstart", "a href=x onmouseover", "button popovertarget=x onbeforetoggle",
  "style onload", "link rel=stylesheet href=x onerror", "svg><animate onbegin", "svg><set onbegin", "template><img src=x onerror",
  "math><mtext><img src=x onerror", "noscript><img src=x onerror",
].flatMap((tag) => [`<${tag}=${RUN}>`, `"><${tag}=${RUN}>`, `'><${tag}=${RUN}//`, `<${tag.toUpperCase()}=${RUN}>`, `<${tag}\n=\t"${RUN}"/>`]);

/** Ends of what they may stand in. */
const ENDS = ["", "</script>", "</title>", "</textarea>", "</style>", "</noscript>", "</template>", "</svg>", "<!-->", "]]>", "*/", "-->"].map(
  (end) => `${end}<script>${RUN}</script>`,
);

/** Addresses that run something or lead away unseen. */
const ADDRESSES = [
  `javascript:${RUN}`, `JaVaScRiPt:${RUN}`, `java\tscript:${RUN}`, `java\nscript:${RUN}`, ` javascript:${RUN}`, `\u0001javascript:${RUN}`,
  `javascript&colon;${RUN}`, `javascript://%0a${RUN}`, `vbscript:${RUN}`, `data:text/html,<script>${RUN}</script>`, `data:image/svg+xml,<svg onload=${RUN}>`,
  "//foreign.example/x", "/\\foreign.example/x", "https:foreign.example", "blob:https://foreign.example/x", "file:///etc/passwd",
  `<a href="javascript:${RUN}">x</a>`, `<form action="javascript:${RUN}"><button>x`, `<base href="//foreign.example/">`,
  `<link rel=stylesheet href=//foreign.example/x.css>`, `<style>@import "//foreign.example/x.css"</style>`, `<div style="background:url(//foreign.example/x)">`,
  `<meta http-equiv=refresh content="0;url=//foreign.example">`,
];

/** What templates, attributes and strings of programs would take for their own. */
const LANGUAGES = [
  `{{constructor.constructor("${RUN}")()}}`, `{{7*7}}`, `\${${RUN}}`, `#{${RUN}}`, `<%= ${RUN} %>`, `{%${RUN}%}`, `[[${RUN}]]`, `@(${RUN})`,
  `" onmouseover="${RUN}`, `' onfocus='${RUN}' autofocus='`, `\`-${RUN}-\``, `";${RUN};//`, `');${RUN};//`, `\\";${RUN};//`,
  `\\u003cscript\\u003e${RUN}`, `\\x3cscript\\x3e${RUN}`, `&lt;script&gt;${RUN}&lt;/script&gt;`, `&#60;script&#62;${RUN}`, `%3Cscript%3E${RUN}`,
  `+ADw-script+AD4-${RUN}`, `{b|<img src=x onerror=${RUN}>}`, `{value}{a0}{c}`, "{product_name|x}", "{{", "{}", `__proto__`, `constructor`, "toString",
  `{"a":"}`, `"}],"x":[{`, `null`, "undefined", "NaN", "0", "-1", "1e309", "true",
];

/** What sheets take for a formula, logs and streams for a line, terminals for a command. */
const FORMATS = [
  `=HYPERLINK("//foreign.example")`, `=cmd|' /C calc'!A0`, "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1", "\r=1+1", "＝1+1", `a,"=1+1"`, `a;=1+1`,
  `a\nb\r\nevent: left\ndata: x`, "\n\ndata: x\n\n", "a\rb", `\u2028${RUN}\u2029`, "\u001b[31mred\u001b[0m", "\u001b]0;title\u0007", "\u009b31m", "a\u0000b",
  "\u0000\u0007\u001b[31m", "' OR 1=1 --", `"; DROP TABLE site; --`, "../../etc/passwd", "%00", "%2e%2e%2f", "$(id)", "`id`", "| id",
];

/** Letters that turn, join, hide or fill. */
const LETTERS = [
  `\u202egpj.exe`, "\u2066a\u2069b", "\u200e\u200f", "a\u200bb\u200cc\u200dd", "\ufeffa", "A\u030a\u0301\u0302".repeat(12), "ﷺ".repeat(20), "İıſK",
  `🧨`.repeat(40), "👩‍👩‍👧‍👦".repeat(6), "나".repeat(60), "나", "\u1102\u1161", "𝕏", "\ud83d", "x".repeat(2_000), "<".repeat(200), "&".repeat(200),
];

export const PAYLOADS = [...ELEMENTS, ...ENDS, ...ADDRESSES, ...LANGUAGES, ...FORMATS, ...LETTERS];
