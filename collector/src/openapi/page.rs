//! The document as a page for people: plain HTML with the install page's style, no script.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Makes the page.
pub(super) fn render(document: &Value) -> String {
    let mut page = Page::default();
    let about = text(&document["info"]["description"]);
    page.paragraph("lead", about);
    for tag in document["tags"].as_array().into_iter().flatten() {
        page.group(text(&tag["name"]), text(&tag["description"]), &document["paths"]);
    }
    page.put("<h2 id=\"types\">Types</h2>\n");
    for (name, schema) in entries(&document["components"]["schemas"]) {
        page.schema(name, schema);
    }
    format!("{}{}</main>\n</body>\n</html>\n", HEAD, page.html)
}

#[derive(Default)]
struct Page {
    html: String,
}

impl Page {
    fn put(&mut self, html: &str) {
        self.html.push_str(html);
    }

    fn paragraph(&mut self, class: &str, words: &str) {
        if !words.is_empty() {
            let _ = writeln!(self.html, "<p class=\"{class}\">{}</p>", prose(words));
        }
    }

    fn group(&mut self, tag: &str, about: &str, paths: &Value) {
        let _ = writeln!(self.html, "<h2 id=\"{0}\">{0}</h2>", escape(tag));
        self.paragraph("", about);
        for (path, methods) in entries(paths) {
            for (method, operation) in entries(methods) {
                if operation["tags"][0] == tag {
                    self.operation(method, path, operation);
                }
            }
        }
    }

    fn operation(&mut self, method: &str, path: &str, operation: &Value) {
        let (method, path) = (method.to_uppercase(), escape(path));
        let _ = writeln!(self.html, "<section>\n<h3><code>{method} {path}</code></h3>");
        self.paragraph("", text(&operation["summary"]));
        self.paragraph("", text(&operation["description"]));
        let mut rows = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, is_needed) = (text(&parameter["name"]), parameter["required"] == true);
            let kind = kind(&parameter["schema"]) + if is_needed { "" } else { ", optional" };
            rows.push((escape(name), kind, prose(text(&parameter["description"]))));
        }
        let body = &operation["requestBody"];
        for (media, content) in entries(&body["content"]) {
            let kind = format!("{}, {}", escape(media), kind(&content["schema"]));
            rows.push(("body".into(), kind, prose(text(&body["description"]))));
        }
        for (status, answer) in entries(&operation["responses"]) {
            let contents = entries(&answer["content"]);
            let kinds = contents.map(|(media, it)| match kind(&it["schema"]) {
                kind if media == "application/json" => kind,
                _ => escape(media),
            });
            let kind = kinds.collect::<Vec<_>>().join(", ");
            rows.push((status.clone(), kind, prose(text(&answer["description"]))));
        }
        self.table(rows);
        self.put("</section>\n");
    }

    fn schema(&mut self, name: &str, schema: &Value) {
        let name = escape(name);
        let _ = writeln!(self.html, "<section id=\"{name}\">\n<h3><code>{name}</code></h3>");
        self.paragraph("", text(&schema["description"]));
        let variants = schema["oneOf"].as_array().into_iter().flatten();
        for part in std::iter::once(schema).chain(variants) {
            self.variant(part, schema);
        }
        self.put("</section>\n");
    }

    fn variant(&mut self, part: &Value, whole: &Value) {
        if !std::ptr::eq(part, whole) {
            self.paragraph("", text(&part["description"]));
        }
        let needed = |name: &String| {
            part["required"].as_array().is_some_and(|it| it.iter().any(|it| it == name.as_str()))
        };
        let row = |(name, it): (&String, &Value)| {
            let kind = kind(it) + if needed(name) { "" } else { ", optional" };
            (escape(name), kind, prose(text(&it["description"])))
        };
        let rows: Vec<_> = entries(&part["properties"]).map(row).collect();
        if rows.is_empty() && !kind(part).is_empty() && part["oneOf"].is_null() {
            let _ = writeln!(self.html, "<p>{}</p>", kind(part));
        }
        self.table(rows);
    }

    fn table(&mut self, rows: Vec<(String, String, String)>) {
        if rows.is_empty() {
            return;
        }
        self.put("<table><tbody>\n");
        for (name, kind, about) in rows {
            let _ = writeln!(
                self.html,
                "<tr><th scope=\"row\"><code>{name}</code></th><td>{kind}</td><td>{about}</td></tr>"
            );
        }
        self.put("</tbody></table>\n");
    }
}

/// What values a schema has, in a few words with links to types.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    let parts = |name: &str| {
        let list = schema[name].as_array()?;
        Some(list.iter().map(kind).collect::<Vec<_>>())
    };
    if let Some(parts) = parts("oneOf").or_else(|| parts("anyOf")) {
        return parts.join(" or ");
    }
    if let Some(parts) = parts("allOf") {
        return parts.join(" with ");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|it| format!("<code>{}</code>", escape(text(it))));
        return values.collect::<Vec<_>>().join(" or ");
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => {
            format!("list of {}", self::kind(&schema["items"]))
        }
        Value::String(kind) if kind == "object" => entries(&schema["properties"])
            .map(|(name, it)| format!("{}: {}", escape(name), self::kind(it)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::String(kind) => escape(kind),
        Value::Array(kinds) => kinds.iter().map(text).map(escape).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Words of a doc comment: what stands between backticks is code, links to items are their text.
fn prose(words: &str) -> String {
    let words = escape(words);
    let mut html = String::new();
    for (place, part) in words.split('`').enumerate() {
        if place % 2 == 1 {
            let _ = write!(html, "<code>{part}</code>");
        } else {
            html.push_str(&without_links(part));
        }
    }
    html
}

/// `[`code`](target)` and `[`code`]` lose their brackets.
fn without_links(part: &str) -> String {
    let part = part.strip_suffix('[').unwrap_or(part);
    match part.strip_prefix(']') {
        Some(rest) if rest.starts_with('(') => {
            rest.split_once(')').map_or(rest, |(_, rest)| rest).into()
        }
        Some(rest) => rest.into(),
        None => part.into(),
    }
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<title>Nunchi API</title>
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<link rel=\"icon\" href=\"data:,\">
<link rel=\"stylesheet\" href=\"/site/site.css\">
</head>
<body>
<header>
<p>Nunchi</p>
<nav><a href=\"/\">Install</a><a href=\"/console/\">Console</a><a href=\"/api/openapi.json\">openapi.json</a></nav>
</header>
<main>
<h1>The API.</h1>
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_and_never_run() {
        assert_eq!(prose("a <b> `c<d>` e"), "a &lt;b&gt; <code>c&lt;d&gt;</code> e");
        assert_eq!(
            prose("all that [`Self::changed`] counts"),
            "all that <code>Self::changed</code> counts"
        );
        assert_eq!(prose("a [`Reopen`](Self::R) b"), "a <code>Reopen</code> b");
    }

    #[test]
    fn a_type_is_told_in_few_words() {
        let check = |schema: &str, expected: &str| {
            assert_eq!(kind(&serde_json::from_str(schema).unwrap()), expected);
        };
        check(r##"{"$ref":"#/components/schemas/Amount"}"##, "<a href=\"#Amount\">Amount</a>");
        check(r#"{"type":"array","items":{"type":"string"}}"#, "list of string");
        check(r#"{"type":["integer","null"]}"#, "integer or null");
        check(r#"{"type":"string","enum":["a","b"]}"#, "<code>a</code> or <code>b</code>");
    }
}
