//! What answers where about conversations, for operators.

use nunchi_api::facts::Facts;
use nunchi_api::inbox::{Act, Conversation, Inbox, Office, Presence, Replies, Row, Say, Transfer};

use super::entry::Entry;

pub(super) fn entries(site: &str) -> Vec<Entry> {
    let json = "application/json";
    let unknown = (404, "`unknown_site`, or `not_found`: the site has no such conversation.");
    let deed = |path, summary: &str| {
        Entry::post(path, summary).part("id", "Its number.").closed_to("agent")
    };
    let refusals = [
        (400, "`malformed`: not what is expected, or a key that is not known."),
        unknown,
        (409, "`taken`: somebody else has it; `not_open`: accept it first."),
        (413, "`too_large`"),
        (415, "`wrong_type`: not JSON."),
        (422, "`limits`: too long, or the conversation is full."),
    ];
    let row = "As it stands now.";
    let mut entries = vec![
        Entry::get("/api/conversations", "Who waits, and who talks to whom")
            .query("site", site)
            .gives::<Inbox>("Who needs help first stands first.")
            .refuses(&[(404, "`unknown_site`")])
            .closed_to("agent"),
        Entry::get("/api/conversations/events", "The same, as it changes")
            .tells(
                "Server-sent events: first `inbox` with an `Inbox`, then `row`, `message`, `note`, \
                 `typing`, `agents` and `gone`. Who listens is there for visitors, if they said so.",
            )
            .query("site", site)
            .gives_bytes(200, "text/event-stream", "Goes on until either side ends it.")
            .refuses(&[
                (403, "`wrong_origin`: not from the server's own page."),
                (404, "`unknown_site`"),
                (429, "64 listen to this site already."),
            ])
            .closed_to("agent"),
        Entry::get("/api/conversations/{id}", "One, with what is known of the visitor")
            .part("id", "Its number.")
            .query("site", site)
            .gives::<Conversation>("All that was said, and what led there.")
            .refuses(&[unknown])
            .closed_to("agent"),
        deed("/api/conversations/{id}/accept", "Takes it")
            .takes::<Act>(json, "Of which site.")
            .gives::<Row>(row)
            .refuses(&refusals),
        deed("/api/conversations/{id}/say", "Says something to the visitor")
            .takes::<Say>(json, "The same number again is the same message.")
            .gives::<Row>(row)
            .refuses(&refusals),
        deed("/api/conversations/{id}/note", "Notes something for colleagues")
            .takes::<Say>(json, "The same number again is the same note.")
            .gives::<Row>(row)
            .refuses(&refusals),
        deed("/api/conversations/{id}/transfer", "Hands it on")
            .takes::<Transfer>(json, "To whom.")
            .gives::<Row>(row)
            .refuses(&refusals),
        deed("/api/conversations/{id}/close", "Ends it")
            .takes::<Act>(json, "Of which site.")
            .gives::<Row>(row)
            .refuses(&refusals),
        deed("/api/conversations/{id}/read", "The operator has read all of it")
            .takes::<Act>(json, "Of which site.")
            .gives::<Row>(row)
            .refuses(&refusals),
        deed("/api/conversations/{id}/typing", "The operator is writing")
            .tells("The visitor is told so, for some seconds; never what is being written.")
            .takes::<Act>(json, "Of which site.")
            .gives_nothing(204, "The visitor was told, if a page of theirs listens.")
            .refuses(&refusals),
    ];
    entries.extend(settings(site));
    entries
}

/// How operators are found, and what a site's operators set for themselves.
fn settings(site: &str) -> [Entry; 6] {
    let json = "application/json";
    let malformed = (400, "`malformed`: not what is expected, or a key that is not known.");
    let unknown = (404, "`unknown_site`");
    let (large, wrong) = ((413, "`too_large`"), (415, "`wrong_type`: not JSON."));
    [
        Entry::post("/api/conversations/presence", "How the operator who asks wants to be found")
            .takes::<Presence>(json, "From now on.")
            .gives_nothing(204, "It is kept.")
            .refuses(&[malformed, large, wrong, (422, "`limits`")])
            .closed_to("agent"),
        Entry::get("/api/conversations/replies", "Replies that are often given")
            .query("site", site)
            .gives::<Replies>("In the order in which they are shown.")
            .refuses(&[unknown])
            .closed_to("agent"),
        Entry::post("/api/conversations/replies", "Writes them anew")
            .takes::<Replies>(json, "In place of all before.")
            .gives_nothing(204, "They are kept.")
            .refuses(&[
                malformed,
                unknown,
                large,
                wrong,
                (422, "`limits`"),
            ])
            .closed_to("agent"),
        Entry::get("/api/conversations/office", "When people answer, and which pages are about what")
            .query("site", site)
            .gives::<Office>("As it was set.")
            .refuses(&[unknown])
            .closed_to("agent"),
        Entry::post("/api/conversations/office", "Sets it")
            .takes::<Office>(json, "In place of what was set before.")
            .gives_nothing(204, "It holds.")
            .refuses(&[
                malformed,
                unknown,
                large,
                wrong,
                (422, "`limits`: no hours; the message says what is expected."),
            ])
            .closed_to("editor"),
        Entry::post("/api/facts", "Tells how orders stand and what there is of products, so that the bot can say it")
            .tells(
                "Meant for the shop's own server, with a program's token. The bot tells a visitor of an \
                 order who says its number and one of its proofs in one message; whoever does not is not \
                 even told that there is one. After ten wrong tries an order is closed for an hour.",
            )
            .takes::<Facts>(json, "Each in place of what was told of it before; kept for 90 days.")
            .gives_nothing(204, "It is kept.")
            .refuses(&[
                malformed,
                unknown,
                large,
                wrong,
                (422, "`limits`: what is no order; the message says which, and why."),
            ])
            .closed_to("editor"),
    ]
}
