//! What answers where.

use nunchi_api::Site;
use nunchi_api::campaigns::Parity;
use nunchi_api::chat::{self, Reopen, Sign, Thread};
use nunchi_api::knowledge::{self, Draft, Gaps, Import, Imported, Known, PutEntry};
use nunchi_api::live::Floor;
use nunchi_api::offers::{Also, Coupon, CouponPool, Erase, Erasing, Redeem, Redeemed, Wish};
use nunchi_api::questions::{
    self, Answered, Audiences, Hesitations, Hours, Journeys, Losses, Products, Question, Series,
    Shares,
};
use nunchi_api::sites::{ChangeSite, IdentitySecret, Install, NewSite};
use nunchi_api::stats::{Campaigns, Funnel, Health, Overview, Pages, Signals};
use nunchi_api::visit::{Visit, Visits};

use super::entry::Entry;
use super::{conversations, people, publishing};

/// What holds for all of it.
pub(super) const ABOUT: &str = "\
    Times are milliseconds since 1970, money is in the smallest unit of its currency. \
    Whatever is not a success has a body of `ErrorBody`: a stable `code` for programs and a message \
    for people. Answers grow: read what you know and pass over the rest. What takes GET takes HEAD \
    as well. Each answer carries `X-Request-Id`; a request may bring its own, and the log has it.";

/// Headings, in the order of the page.
pub(super) const TAGS: [(&str, &str); 4] = [
    (
        "operators",
        "What the console and the command line ask. With a token as \
      `Authorization: Bearer TOKEN`, or with the cookie of a session. What changes something by cookie \
      must come from the page that signed in (403 `wrong_origin` else); what takes a role says which.",
    ),
    (
        "pages",
        "What the agent in a shop's pages sends. Open to the origins that the site lists, \
      without cookies; bodies are `text/plain`, which needs no preflight, and have at most 64 KiB.",
    ),
    ("machines", "For monitors and load balancers."),
    ("files", "What browsers load."),
];

/// All operations.
pub(super) fn entries() -> Vec<Entry> {
    let groups = [("operators", operators()), ("pages", pages()), ("machines", machines())];
    let all = groups.into_iter().chain([("files", files())]);
    all.flat_map(|(tag, group)| group.into_iter().map(move |entry| entry.of(tag))).collect()
}

fn operators() -> Vec<Entry> {
    let site = "Key of the site.";
    let mut entries = vec![
        Entry::post("/api/ask", "Answers a question about a span")
            .tells(
                "Rows of a breakdown that tell of fewer people than the server tells of are folded \
                 into `other`. What counts is told at the schemas.",
            )
            .takes::<questions::Ask>("application/json", "Whom it is about, when, and what is asked.")
            .gives::<Answered>("The answer, of the type that has the name of the question.")
            .refuses(&[
                (400, "`malformed`: no such question, or a key that is not known."),
                (404, "`unknown_site`"),
                (413, "`too_large`"),
                (415, "`wrong_type`: not JSON."),
                (
                    422,
                    "`too_much`, `bad_span`, `bad_zone`, `bad_unit`, `bad_filter`, `bad_comparison`, `bad_steps`, \
                     `bad_depth`: what cannot be answered so; the message says what is expected.",
                ),
            ])
            .closed(),
        stats(site),
        Entry::get("/api/live", "Who is in the shop now")
            .query("site", site)
            .gives::<Floor>("Everyone who was active in the last minutes.")
            .refuses(&[(404, "`unknown_site`")])
            .closed(),
        Entry::get("/api/live/events", "The same, as it changes")
            .tells(
                "Server-sent events: first `floor` with a `Floor`, then `visitor` with a `Visitor` \
                 at each change and `left` with an id; while there are more than a `Floor` names, `crowd` \
                 says every few seconds how many stand in each zone. Who reads too slowly is cut off and comes \
                 back to a whole floor.",
            )
            .query("site", site)
            .gives_bytes(200, "text/event-stream", "Goes on until either side ends it.")
            .refuses(&[
                (403, "`wrong_origin`: not from the server's own page."),
                (404, "`unknown_site`"),
                (429, "64 look at this site already."),
            ])
            .closed(),
    ];
    entries.extend(sites());
    entries.extend(publishing::entries(site));
    entries.extend(people::entries());
    entries.extend(coupons(site));
    entries.extend(visits(site));
    entries.extend(knowledge(site));
    entries.extend(conversations::entries(site));
    entries
}

/// To who sends a token along.
const BAD_IDENTITY: (u16, &str) = (401, "`bad_identity`: the token says nothing; go on without.");

fn sites() -> [Entry; 5] {
    let (json, key) = ("application/json", "Key of the site.");
    let bad = "`bad_key`, `bad_name`, `bad_origin`, `bad_consent`, `bad_zone`, `too_much`";
    [
        Entry::get("/api/sites", "All sites").gives_list::<Site>("By key.").closed(),
        Entry::post("/api/sites", "Adds a site")
            .takes::<NewSite>(json, "What holds for it.")
            .gives::<Site>("With its first pack.")
            .closed_to("owner")
            .refuses(&[(400, "`malformed`"), (409, "`key_taken`"), (422, bad)]),
        Entry::post("/api/sites/{key}", "Changes a site")
            .tells("Another consent or zone is published as the next pack.")
            .part("key", key)
            .takes::<ChangeSite>(json, "What changes; the rest stays.")
            .gives::<Site>("As it is now.")
            .closed_to("owner")
            .refuses(&[
                (400, "`malformed`"),
                (404, "`unknown_site`"),
                (409, "`changed_meanwhile`: look again."),
                (422, bad),
            ]),
        Entry::get("/api/sites/{key}/install", "Whether the tag works, by what arrived")
            .part("key", key)
            .gives::<Install>("The tag, what policies must allow, and what is wrong.")
            .closed()
            .refuses(&[(404, "`unknown_site`")]),
        Entry::post("/api/sites/{key}/identity", "A new secret to sign customers' identity with")
            .tells(
                "The shop's server signs a JSON Web Token by it (HS256; `sub`: its id of the customer, \
                 `aud`: the site key, `exp`: within an hour), and its page says \
                 `nunchi('identify', {token})`. What was signed with the secret before says nothing any more.",
            )
            .part("key", key)
            .gives::<IdentitySecret>("Shown this once.")
            .closed_to("owner")
            .refuses(&[(404, "`unknown_site`")]),
    ]
}

fn visits(site: &str) -> [Entry; 3] {
    [
        Entry::get("/api/visit", "How one visit went, and why campaigns stood as they did")
            .tells("Also of a visit that still goes on.")
            .query("site", site)
            .query("visit", "Its session, or its run where consent gave no session; hexadecimal.")
            .gives::<Visit>("The visit.")
            .refuses(&[(404, "`unknown_site`, or `unknown_visit`: it is not stored.")])
            .closed(),
        Entry::delete("/api/visit", "Has a visit erased, as its visitor may wish")
            .tells(
                "For owners; it is noted in the record. The visitor leaves the floor and their conversations go at \
                 once; history lies in files that are never changed, and goes with them.",
            )
            .query("site", site)
            .query("visit", "Its session, or its run where consent gave no session; hexadecimal.")
            .gives::<Erasing>("The wish is kept.")
            .refuses(&[(404, "`unknown_site`."), (422, "`bad_visit`: this is no visit's id.")])
            .closed(),
        Entry::get("/api/visits", "The latest visits of a span")
            .query("site", site)
            .time("from", "Start of the span, included; 24 hours before `to` unless given.")
            .time("to", "End of the span, not included; now unless given.")
            .filter("kind", "Only these visitors.", &["new", "returning", "known"])
            .filter("device", "Only on these.", &["desktop", "phone", "tablet"])
            .filter(
                "what",
                "Only where this happened.",
                &["bought", "cart", "hesitated", "offered"],
            )
            .words("text", "Stands in a path or a product that was seen, or begins the visit's id.")
            .gives::<Visits>("The latest first.")
            .refuses(&[(404, "`unknown_site`"), (422, "`bad_span`, `bad_filter`, `too_much`")])
            .closed(),
    ]
}

fn knowledge(site: &str) -> [Entry; 6] {
    let json = "application/json";
    let refusals = [
        (400, "`malformed`: not what is expected, or a key that is not known."),
        (404, "`unknown_site`"),
        (413, "`too_large`"),
        (415, "`wrong_type`: not JSON."),
        (422, "`bad_knowledge`: what the bot may not be given; the message says what, and where."),
    ];
    [
        Entry::get("/api/knowledge", "What the bot of a site knows of its own")
            .query("site", site)
            .gives::<Known>("In the order in which it is shown.")
            .refuses(&[(404, "`unknown_site`")])
            .closed(),
        Entry::post("/api/knowledge", "Writes an entry")
            .takes::<PutEntry>(json, "A new one, or in place of the one with its id.")
            .gives_nothing(204, "The bot answers by it, unless it is a draft.")
            .refuses(&refusals)
            .closed_to("editor"),
        Entry::delete("/api/knowledge", "Takes an entry away")
            .query("site", site)
            .query("id", "Of the entry.")
            .gives_nothing(204, "It is not there, now or before.")
            .refuses(&[(404, "`unknown_site`")])
            .closed_to("editor"),
        Entry::post("/api/knowledge/import", "Reads entries from a text that the shop has already")
            .tells("All of it, or nothing: the first thing that is wrong is named with its line.")
            .takes::<Import>(json, "At most 8 MiB of text.")
            .gives::<Imported>("What it did.")
            .refuses(&refusals)
            .closed_to("editor"),
        Entry::get("/api/knowledge/gaps", "What visitors asked and the bot could not answer")
            .tells("Masked as conversations are, and kept as long as they are.")
            .query("site", site)
            .gives::<Gaps>("Like questions together.")
            .refuses(&[(404, "`unknown_site`")])
            .closed(),
        Entry::post("/api/knowledge/draft", "Makes a draft of a gap")
            .takes::<Draft>(json, "Which one.")
            .gives::<knowledge::Entry>("As it is kept; it lacks its answer.")
            .refuses(&refusals)
            .refuses(&[(404, "`unknown_site`, or no gap has the question.")])
            .closed_to("agent"),
    ]
}

fn coupons(site: &str) -> [Entry; 2] {
    [
        Entry::get("/api/coupons", "How a site's pools of coupons stand")
            .query("site", site)
            .gives_list::<CouponPool>("By name.")
            .refuses(&[(404, "`unknown_site`")])
            .closed(),
        Entry::post("/api/coupons/redeem", "Takes note of coupons that were used")
            .tells("For the shop's own server, when an order with one was paid.")
            .takes::<Redeem>("application/json", "Which codes.")
            .gives::<Redeemed>("Which of them were good.")
            .refuses(&[
                (400, "`malformed`"),
                (404, "`unknown_site`"),
                (422, "`too_much`: more than 1,000 codes at once."),
            ])
            .closed_to("editor"),
    ]
}

fn stats(site: &str) -> Entry {
    let questions = Question::ALL.map(|question| question.name());
    let mut entry =
        Entry::get("/api/stats/{question}", "Answers a question, with its defaults, about a span");
    let answers = vec![
        entry.note::<Overview>(),
        entry.note::<Series>(),
        entry.note::<Funnel>(),
        entry.note::<Journeys>(),
        entry.note::<Pages>(),
        entry.note::<Signals>(),
        entry.note::<Hesitations>(),
        entry.note::<Products>(),
        entry.note::<Campaigns>(),
        entry.note::<Audiences>(),
        entry.note::<Shares>(),
        entry.note::<Hours>(),
        entry.note::<Floor>(),
        entry.note::<Losses>(),
        entry.note::<Parity>(),
        entry.note::<Health>(),
    ];
    entry
        .choice("question", "What is asked; the answer is of the type with this name.", &questions)
        .query("site", site)
        .time("from", "Start of the span, included; 24 hours before `to` unless given.")
        .time("to", "End of the span, not included; now unless given.")
        .gives_one_of("The answer.", answers)
        .refuses(&[
            (404, "`unknown_site`, or no such question."),
            (422, "`bad_span`: it ends before it begins."),
        ])
        .closed()
}

fn pages() -> Vec<Entry> {
    vec![
        Entry::post("/v1/b", "Takes a beacon")
            .tells(
                "`204` means durable: decoded, allowed, and stored with its dedup mark in one \
                 transaction that is on disk. The same bytes may be sent again at any time.",
            )
            .takes_text("A frame, as the crate `beacon` defines it.")
            .gives_nothing(204, "Stored, now or before.")
            .gives_bytes(200, "application/octet-stream", "Stored, with commands for the agent.")
            .refuses(&REFUSALS),
        Entry::post("/v1/hit", "Counts a page view where WebAssembly is refused")
            .takes_text("Three lines: site key, run (32 hexadecimal digits), path.")
            .gives_nothing(204, "Counted, now or before.")
            .refuses(&REFUSALS)
            .refuses(&[(403, "`wrong_origin`, or `consent`: the site asks before it counts.")]),
        Entry::get("/v1/pack/{site}", "What is published to a site's pages")
            .part("site", "Key of the site.")
            .gives_bytes(200, "application/octet-stream", "A pack, as the crate `engine` reads it.")
            .gives_nothing(304, "The one that `If-None-Match` names.")
            .refuses(&[(404, "`unknown_site`"), (410, "`site_off`")]),
        Entry::post("/v1/chat", "A visitor says something, the bot answers")
            .takes::<chat::Ask>("text/plain", "JSON.")
            .gives::<Thread>("What was said that the page does not have yet.")
            .refuses(&REFUSALS)
            .refuses(&[BAD_IDENTITY]),
        Entry::post("/v1/chat/thread", "A visitor comes back to a conversation")
            .takes::<Reopen>("text/plain", "JSON.")
            .gives::<Thread>("All that was said, and a ticket for the stream.")
            .refuses(&REFUSALS)
            .refuses(&[BAD_IDENTITY]),
        Entry::post("/v1/chat/sign", "A visitor is writing, has read, or gives stars")
            .takes::<Sign>("text/plain", "JSON.")
            .gives_nothing(204, "It is known.")
            .refuses(&REFUSALS),
        Entry::get("/v1/chat/events", "What is said in a conversation, as it is said")
            .tells(
                "Server-sent events: `message` with a `Message` and its number as id, `standing` with \
                 a `Standing`, `typing`. A stream that broke off goes on behind `Last-Event-ID`.",
            )
            .query("ticket", "From `/v1/chat/thread`, not older than ten minutes.")
            .gives_bytes(200, "text/event-stream", "Goes on until either side ends it.")
            .refuses(&[
                (403, "`no_ticket`: none, or too old; or `wrong_origin`."),
                (429, "Too many listen; ask `/v1/chat/thread` from time to time."),
            ]),
        Entry::post("/v1/coupon", "A coupon of the pool that a fired campaign names")
            .tells("The same session and campaign get the same code; nobody else gets it.")
            .takes::<Wish>("text/plain", "JSON.")
            .gives::<Coupon>("A code of the shop.")
            .refuses(&REFUSALS)
            .refuses(&[
                (404, "`unknown_site`, `no_coupon`: the campaign names no pool, or `pool_empty`."),
                (409, "`no_visit`: no visit of the session is going on."),
            ]),
        Entry::get("/v1/also/{site}", "What goes with a product")
            .tells(
                "Bought or looked at in the same visits of the last four weeks, else what many looked \
                 at; of nothing that fewer than ten people stand behind.",
            )
            .part("site", "Key of the site.")
            .query_maybe("product", "The shop's id of the product.")
            .gives::<Also>("The nearest first.")
            .refuses(&[
                (404, "`unknown_site`"),
                (410, "`site_off`"),
                (422, "`limits`"),
                (429, "`throttled`"),
            ]),
        Entry::post("/v1/erase", "A visitor wants to be erased")
            .takes::<Erase>("text/plain", "JSON.")
            .gives::<Erasing>("The wish is kept.")
            .refuses(&REFUSALS),
    ]
}

/// How whatever pages send may be refused. For good, but for 408, 429 and 503.
const REFUSALS: [(u16, &str); 12] = [
    (400, "`malformed`, or the sender hung up."),
    (403, "`wrong_origin`: the site does not list the page's origin."),
    (404, "`unknown_site`"),
    (408, "`slow`: the body took more than five seconds; send it again."),
    (409, "`conflict`: other bytes under a key that was used."),
    (410, "`too_old`, or `site_off`."),
    (413, "`too_large`"),
    (415, "`wrong_type`: not `text/plain`, or compressed."),
    (422, "`limits`: more or longer items than are read."),
    (429, "`throttled`: send it again after `Retry-After`."),
    (500, "`internal`: the log has the cause under `reference`."),
    (503, "`unavailable`: send it again after `Retry-After`."),
];

fn machines() -> Vec<Entry> {
    vec![
        Entry::get("/healthz", "Whether the process lives").gives_bytes(
            200,
            "text/plain",
            "It does.",
        ),
        Entry::get("/readyz", "Whether traffic is wanted")
            .gives_bytes(200, "text/plain", "It is.")
            .gives_bytes(503, "text/plain", "It is not: the reasons, one a line."),
        Entry::get("/metrics", "What was counted, as Prometheus reads it")
            .tells("Also without a token from this machine itself, with no proxy between.")
            .gives_bytes(200, "text/plain", "Text format 0.0.4.")
            .closed(),
        Entry::get("/api/openapi.json", "This document").gives_bytes(
            200,
            "application/json",
            "OpenAPI 3.1.",
        ),
        Entry::get("/api", "This document, for people").gives_bytes(
            200,
            "text/html",
            "One page without scripts.",
        ),
    ]
}

fn files() -> Vec<Entry> {
    let script = "text/javascript";
    vec![
        file("/n.js", "The loader that a shop's pages have in their tag", script),
        file("/a/{file}", "Agent, surface and cart readers; names change with the content", "*/*")
            .part("file", "Name of a file."),
        file("/", "How to install the tag", "text/html"),
        file("/site/{file}", "What that page consists of", "*/*").part("file", "Name of a file."),
        Entry::get("/console", "To the console").gives_nothing(308, "To `/console/`."),
        file("/console/{path}", "The console", "*/*").part("path", "A file, or a page of its own."),
    ]
}

fn file(path: &'static str, summary: &str, media: &str) -> Entry {
    Entry::get(path, summary)
        .gives_bytes(200, media, "The file.")
        .gives_nothing(304, "The one that `If-None-Match` names.")
        .refuses(&[(404, "`not_found`"), (503, "`not_built`: the program has no files in it.")])
}
