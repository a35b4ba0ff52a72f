//! Heads: methods, addresses, versions, headers, and two requests that want to be one.

use super::Kind;

pub(super) fn kinds() -> Vec<Kind> {
    [methods(), addresses(), headers(), not_http(), smuggled()].into_iter().flatten().collect()
}

/// A request with this first line and these headers.
fn head(first: &str, headers: &str) -> Vec<u8> {
    format!("{first}\r\nHost: a\r\n{headers}\r\n").into_bytes()
}

fn methods() -> Vec<Kind> {
    let method = |name, method: &str, right| {
        Kind::new(name, head(&format!("{method} /v1/b HTTP/1.1"), "Content-Length: 0\r\n"), right)
    };
    vec![
        method("get_a_beacon", "GET", &[405]),
        method("head_a_beacon", "HEAD", &[405]),
        method("put", "PUT", &[405]),
        method("patch", "PATCH", &[405]),
        method("delete", "DELETE", &[405]),
        method("options", "OPTIONS", &[405]),
        method("trace", "TRACE", &[405]),
        method("connect", "CONNECT", &[]),
        method("lower_case", "post", &[]),
        method("unknown_method", "NUNCHI", &[405]),
        method("long_method", &"M".repeat(4_000), &[]),
        method("method_of_bytes", "P\u{f6}ST", &[400]),
        method("no_method", "", &[400]),
    ]
}

fn addresses() -> Vec<Kind> {
    let at = |name, address: &str, right| {
        Kind::new(name, head(&format!("GET {address} HTTP/1.1"), "Connection: close\r\n"), right)
    };
    vec![
        at("nowhere", "/nothing/here", &[404]),
        at("star", "*", &[]),
        at("two_slashes", "//v1//b", &[404]),
        at("up", "/a/../../../../etc/passwd", &[404]),
        at("up_encoded", "/a/%2e%2e%2f%2e%2e%2fetc%2fpasswd", &[404]),
        // The console's page, or that it is not built.
        at("up_in_console", "/console/../../token", &[200, 503]),
        at("up_in_site", "/site/..%2f..%2ftoken", &[404]),
        at("back_slashes", "/a/..\\..\\token", &[404]),
        at("nul_encoded", "/a/agent%00.js", &[404]),
        at("no_utf8_encoded", "/a/%ff%fe", &[]),
        at("half_an_escape", "/a/%4", &[]),
        at("address_of_another_host", "http://evil.example/v1/pack/demo2", &[404]),
        at("user_and_password", "http://a:b@c/metricsx", &[]),
        at("no_slash", "v1/b", &[]),
        at("bytes_above", "/\u{ff}\u{fe}", &[]),
        at("control_characters", "/\u{1}\u{7f}", &[400]),
        at("long_address", &format!("/{}", "a".repeat(30_000)), &[404]),
        at("address_too_long", &format!("/{}", "a".repeat(70_000)), &[]),
        at("long_query", &format!("/api/stats/overview?site={}", "x".repeat(20_000)), &[401]),
        at("a_thousand_segments", &"/a".repeat(1_000), &[404]),
        at("somebody_elses_question", "/api/stats/overview?site=demo", &[401]),
        at("unknown_pack", "/v1/pack/nobody", &[404]),
        at("pack_with_quotes", "/v1/pack/%22%27%3Cscript%3E", &[404]),
    ]
}

fn headers() -> Vec<Kind> {
    let with =
        |name, headers: &str, right| Kind::new(name, head("GET /nothing HTTP/1.1", headers), right);
    let many: String = "X-Many: 1\r\n".repeat(200);
    vec![
        with("many_headers", &many, &[]),
        with("long_header", &format!("X-Long: {}\r\n", "x".repeat(60_000)), &[404]),
        with("head_too_long", &format!("X-Long: {}\r\n", "x".repeat(200_000)), &[431]),
        with("header_without_name", ": x\r\n", &[400]),
        with("header_with_a_blank", "X Y: z\r\n", &[400]),
        with("header_with_a_blank_behind", "X : z\r\n", &[400]),
        with("header_without_colon", "XYZ\r\n", &[400]),
        with("header_with_nul", "X: a\0b\r\n", &[400]),
        with("header_folded", "X: a\r\n  b\r\n", &[400]),
        with("header_of_bytes", "X: \u{ff}\u{fe}\r\n", &[404]),
        with("bare_return", "X: a\rY: b\r\n", &[400]),
        with("two_hosts", "Host: b\r\n", &[400]),
        with("forwarded_by_everybody", &"X-Forwarded-For: 1.2.3.4, ::1, x\r\n".repeat(60), &[404]),
        with("many_cookies", &format!("Cookie: {}\r\n", "nunchi_session=x; ".repeat(900)), &[404]),
        with("range_of_nothing", "Range: bytes=99999999999999999999-\r\n", &[404]),
        with("expects_something", "Expect: the-spanish-inquisition\r\n", &[404, 417]),
        with(
            "upgrade_to_http2",
            "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n",
            &[],
        ),
        with(
            "upgrade_to_websocket",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
            &[404],
        ),
        with("bearer_of_nothing", "Authorization: Bearer \r\n", &[404]),
        Kind::new("no_host", "GET /nothing HTTP/1.1\r\n\r\n", &[400]),
    ]
}

fn not_http() -> Vec<Kind> {
    // The beginning of a TLS handshake.
    let hello = [&[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3][..], &[7; 300]].concat();
    vec![
        Kind::new("http_0_9", "GET /\r\n", &[400]),
        Kind::new("http_1_2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", &[400]),
        Kind::new("http_2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[400]),
        Kind::new("http_9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", &[400]),
        Kind::new("tls", hello, &[400]),
        Kind::new("ssh", "SSH-2.0-OpenSSH_9.9\r\n", &[400]),
        Kind::new("redis", "*1\r\n$4\r\nPING\r\n", &[400]),
        Kind::new("nothing", "", &[]),
        Kind::new("empty_lines", "\r\n".repeat(5_000), &[]),
        Kind::new("nuls", vec![0; 5_000], &[400]),
        Kind::new("half_a_head", "POST /v1/b HTTP/1.1\r\nHost: a\r\nContent-", &[]),
    ]
}

/// Two lengths, or a length and chunks: whoever stands before us may have read it the other way. Each holds a second
/// request, which must not be answered.
fn smuggled() -> Vec<Kind> {
    let with = |name, headers: &str, body: &str| {
        let body = format!("{body}GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        let first = head("POST /v1/b HTTP/1.1", &format!("Content-Type: text/plain\r\n{headers}"));
        Kind::new(name, [first, body.into_bytes()].concat(), &[])
    };
    let chunked = "0\r\n\r\n";
    vec![
        with("length_and_chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunked),
        with("chunks_and_length", "Transfer-Encoding: chunked\r\nContent-Length: 44\r\n", chunked),
        with("two_lengths", "Content-Length: 0\r\nContent-Length: 44\r\n", ""),
        with("two_equal_lengths", "Content-Length: 5\r\nContent-Length: 5\r\n", "12345"),
        with("a_list_of_lengths", "Content-Length: 5, 5\r\n", "12345"),
        with("length_with_plus", "Content-Length: +5\r\n", "12345"),
        with("length_below_nothing", "Content-Length: -1\r\n", ""),
        with("length_in_hexadecimal", "Content-Length: 0x5\r\n", "12345"),
        with("length_beyond_numbers", "Content-Length: 99999999999999999999999\r\n", ""),
        with("length_with_blanks", "Content-Length: 1 0\r\n", ""),
        with(
            "chunks_twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            chunked,
        ),
        with("chunks_in_a_list", "Transfer-Encoding: gzip, chunked\r\n", chunked),
        with("chunks_not_last", "Transfer-Encoding: chunked, identity\r\n", chunked),
        with("chunks_misspelt", "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "12345"),
        with("chunks_quoted", "Transfer-Encoding: \"chunked\"\r\n", chunked),
        with("chunks_with_a_tab", "Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n", chunked),
        with("chunks_folded", "Transfer-Encoding:\r\n chunked\r\n", chunked),
        with("chunks_behind_a_blank", "Transfer-Encoding : chunked\r\n", chunked),
        with("chunks_behind_a_return", "X: y\rTransfer-Encoding: chunked\r\n", chunked),
        with(
            "identity_and_length",
            "Transfer-Encoding: identity\r\nContent-Length: 5\r\n",
            "12345",
        ),
        with("chunk_size_below_nothing", "Transfer-Encoding: chunked\r\n", "-1\r\n\r\n"),
        with("chunk_size_with_0x", "Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n"),
        with(
            "chunk_size_beyond_numbers",
            "Transfer-Encoding: chunked\r\n",
            "fffffffffffffffff\r\n",
        ),
        with("chunk_size_missing", "Transfer-Encoding: chunked\r\n", "\r\n\r\n"),
        with("chunk_without_end", "Transfer-Encoding: chunked\r\n", "1\r\nAB0\r\n\r\n"),
    ]
}
