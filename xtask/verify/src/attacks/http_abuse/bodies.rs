//! Bodies: too long, of another length than was said, compressed, of another type, not what the route takes.

use super::Kind;
use crate::beacons::{SHOP, frame, now};

/// What a long body says of its length.
pub(super) const LONG: u64 = 10_000_000;

pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds =
        vec![long(), endless(8 << 20), Kind { name: "long_in_one_chunk", ..one_chunk() }];
    kinds.extend(lengths());
    kinds.extend(types());
    kinds.extend(json());
    kinds.extend(hits());
    kinds
}

/// 10 MB, said so: refused by its head.
pub(super) fn long() -> Kind {
    let kind = Kind::new("long", to("/v1/b", &format!("Content-Length: {LONG}\r\n"), b""), &[413]);
    Kind { flood: Some((vec![0x41; 1 << 16], LONG)), ..kind }
}

/// Chunks without an end: refused behind 64 KiB.
pub(super) fn endless(most: u64) -> Kind {
    let chunk = [&b"10000\r\n"[..], &vec![0x41; 1 << 16], b"\r\n"].concat();
    let kind = Kind::new("endless", to("/v1/b", "Transfer-Encoding: chunked\r\n", b""), &[413]);
    Kind { flood: Some((chunk, most)), ..kind }
}

fn one_chunk() -> Kind {
    let head = to("/v1/b", "Transfer-Encoding: chunked\r\n", b"fffffff\r\n");
    Kind { flood: Some((vec![0x41; 1 << 16], 8 << 20)), ..Kind::new("", head, &[413]) }
}

/// A request of the shop's page, with these headers and what follows them.
fn to(path: &str, headers: &str, rest: &[u8]) -> Vec<u8> {
    let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\nOrigin: {SHOP}\r\n");
    let typed = if headers.contains("Content-Type") { "" } else { "Content-Type: text/plain\r\n" };
    [head.as_bytes(), typed.as_bytes(), headers.as_bytes(), b"\r\n", rest].concat()
}

/// All of it, with a right length.
fn whole(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    to(path, &format!("{headers}Content-Length: {}\r\n", body.len()), body)
}

fn lengths() -> Vec<Kind> {
    let sound = frame(([5; 16], 1), now());
    let length = sound.len();
    let chunks = |size: &str, end: &str| {
        let body = [size.as_bytes(), b"\r\n", &sound, end.as_bytes()].concat();
        to("/v1/b", "Transfer-Encoding: chunked\r\n", &body)
    };
    let size = format!("{length:x}");
    let lying = |lie: usize| to("/v1/b", &format!("Content-Length: {lie}\r\n"), &sound);
    // What follows such a request is no request.
    let two = |kind: Kind| Kind { answers_max: 2, ..kind };
    vec![
        Kind::new("shorter_than_said", lying(length + 100), &[400]),
        two(Kind::new("longer_than_said", lying(length - 10), &[])),
        two(Kind::new("no_length", to("/v1/b", "", &sound), &[400])),
        Kind::new(
            "chunk_of_another_size",
            chunks(&format!("{:x}", length + 9), "\r\n0\r\n\r\n"),
            &[],
        ),
        Kind::new("chunks_break_off", chunks(&size, "\r\n"), &[400]),
        Kind::new("long_extension", chunks(&format!("{size};{}", "x".repeat(100_000)), ""), &[]),
        Kind::new("just_too_long", whole("/v1/b", "", &vec![0; (64 << 10) + 1]), &[413]),
        Kind::new("longer_than_a_frame", whole("/v1/b", "", &vec![1; 64 << 10]), &[400, 413]),
        Kind::new("nothing_in_it", whole("/v1/b", "", b""), &[400]),
        Kind::new("get_with_a_body", get_with_body(), &[401]),
    ]
}

fn get_with_body() -> Vec<u8> {
    let head = "GET /api/sites HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    [head.as_bytes(), &[b'x'; 1_000]].concat()
}

fn types() -> Vec<Kind> {
    let sound = frame(([6; 16], 1), now());
    // What would be a gigabyte of zeros, as far as its beginning tells.
    let bomb = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3][..], &[0; 4_000]].concat();
    let coded = |name, coding: &str| {
        let headers = format!("Content-Encoding: {coding}\r\n");
        Kind::new(name, whole("/v1/b", &headers, &bomb), &[415])
    };
    let typed = |name, kind: &str| {
        let headers = format!("Content-Type: {kind}\r\n");
        Kind::new(name, whole("/v1/b", &headers, &sound), &[415])
    };
    vec![
        coded("gzip", "gzip"),
        coded("brotli", "br"),
        coded("deflate", "deflate"),
        coded("zstd", "zstd"),
        coded("x_gzip", "x-gzip"),
        coded("coded_twice", "gzip, gzip"),
        coded("coded_in_capitals", "GZIP"),
        coded("identity_and_gzip", "identity, gzip"),
        coded("identity_then_gzip", "identity\r\nContent-Encoding: gzip"),
        typed("json_type", "application/json"),
        typed("binary_type", "application/octet-stream"),
        typed("form_type", "application/x-www-form-urlencoded"),
        typed("parts_type", "multipart/form-data; boundary=x"),
        typed("html_type", "text/html"),
        typed("no_type", ""),
        typed("strange_type", "text/plain/x"),
    ]
}

fn json() -> Vec<Kind> {
    let nested = |depth: usize| format!("{{\"site\":{}", "[".repeat(depth)).into_bytes();
    let ask = |text: &str| {
        format!(
            r#"{{"site":"demo","conversation":"{}","number":1,"text":{text},"language":"ko","path":"/"}}"#,
            "a".repeat(32)
        )
    };
    let chat = |name, body: &[u8], right| Kind::new(name, whole("/v1/chat", "", body), right);
    let log_in = |name, body: &[u8], right| {
        let headers = "Content-Type: application/json\r\n";
        Kind::new(name, whole("/api/session", headers, body), right)
    };
    vec![
        chat("json_without_end", br#"{"site":"de"#, &[400]),
        chat("json_nested", &nested(10_000), &[400]),
        chat("json_of_nothing", b"", &[400]),
        chat("json_of_bytes", b"\xff\xfe{}", &[400]),
        chat("json_of_a_number", b"1e999999", &[400]),
        chat("half_a_surrogate", ask(r#""\ud800""#).as_bytes(), &[400]),
        chat("a_long_message", ask(&format!("\"{}\"", "x".repeat(50_000))).as_bytes(), &[422]),
        chat("a_message_of_blanks", ask("\"   \"").as_bytes(), &[422]),
        chat("a_message_too_long_to_read", &vec![b' '; 70_000], &[413]),
        log_in("log_in_nested", &nested(10_000), &[400, 403]),
        log_in("log_in_long", &vec![b' '; 1 << 20], &[403, 413]),
        log_in("log_in_with_a_list", br#"{"token":["a"]}"#, &[400, 403]),
    ]
}

fn hits() -> Vec<Kind> {
    let run = "b".repeat(32);
    let hit =
        |name, body: String, right| Kind::new(name, whole("/v1/hit", "", body.as_bytes()), right);
    vec![
        hit("hit_without_lines", String::new(), &[400]),
        hit("hit_with_a_line_too_many", format!("demo\n{run}\n/\nx"), &[400]),
        hit("hit_of_no_run", "demo\nxyz\n/".into(), &[400]),
        hit("hit_of_no_path", format!("demo\n{run}\nhttp://a/"), &[400]),
        hit("hit_with_control_characters", format!("demo\n{run}\n/\u{1b}[31m"), &[400]),
        hit("hit_of_nobody", format!("nobody\n{run}\n/"), &[404]),
    ]
}
