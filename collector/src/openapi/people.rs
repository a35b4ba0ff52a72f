//! What answers where about people.

use nunchi_api::people::{
    AcceptInvite, ApiToken, Audit, ChangePassword, Invited, Login, MadeToken, Me, NewToken, Person,
    PutPerson, Session, SetUp,
};

use super::entry::Entry;

const JSON: &str = "application/json";

pub(super) fn entries() -> Vec<Entry> {
    let mut all = sessions();
    all.extend(team());
    all.extend(programs());
    all
}

fn sessions() -> Vec<Entry> {
    let foreign = (403, "`wrong_origin`: not from the server's own page.");
    let throttled = (429, "`throttled`: too many wrong ones; try again after `Retry-After`.");
    vec![
        Entry::get("/api/session", "Who asks").gives::<Me>("Whoever it is.").closed(),
        Entry::post("/api/session", "Signs in")
            .tells(
                "A session ends after half an hour without a request and after twelve hours whatever \
                 happens. Its cookie changes things only for pages of the origin that signed in.",
            )
            .takes::<Login>(JSON, "The server's token, or address and password.")
            .gives_nothing(204, "Signed in, in place of the session that the browser had.")
            .refuses(&[
                (400, "`malformed`"),
                (401, "`wrong_token` or `wrong_password`"),
                foreign,
                throttled,
            ]),
        Entry::delete("/api/session", "Signs out").gives_nothing(204, "Signed out.").closed(),
        Entry::post("/api/session/invite", "Chooses a password by an invitation, and signs in")
            .takes::<AcceptInvite>(JSON, "The invitation, good once.")
            .gives_nothing(204, "Signed in.")
            .refuses(&[
                (400, "`malformed`"),
                (401, "`wrong_invite`: used, run out, or none."),
                foreign,
                (422, "`bad_password`"),
                throttled,
            ]),
        Entry::post("/api/session/password", "Chooses another password")
            .takes::<ChangePassword>(JSON, "The old one, and the new one.")
            .gives_nothing(204, "A new session; all others of the person ended.")
            .closed()
            .refuses(&[
                (400, "`malformed`"),
                (401, "`wrong_password`, or neither token nor cookie."),
                foreign,
                (422, "`bad_password`, or `no_person`: a token has none."),
                throttled,
            ]),
        Entry::get("/api/sessions", "Who is signed in where")
            .gives_list::<Session>("One's own; an owner sees all. The last seen first.")
            .closed(),
        Entry::delete("/api/sessions/{id}", "Ends a session")
            .part("id", "Number of the session.")
            .gives_nothing(204, "It ended.")
            .refuses(&[(404, "`not_found`: none, or another's.")])
            .closed(),
    ]
}

fn team() -> Vec<Entry> {
    let id = "Number of the person.";
    let refused = [
        (400, "`malformed`"),
        (422, "`bad_name`, `bad_email`, `email_taken`, `too_much`, `last_owner`"),
    ];
    vec![
        Entry::post("/api/setup", "Makes the first owner, and signs them in")
            .takes::<SetUp>(JSON, "Who they are.")
            .gives_nothing(204, "Signed in.")
            .closed_to("owner")
            .refuses(&[
                (400, "`malformed`"),
                (403, "`wrong_origin`, or `not_allowed`"),
                (409, "`set_up_already`"),
                (422, "`bad_name`, `bad_email`, `bad_password`"),
            ]),
        Entry::get("/api/people", "The team").gives_list::<Person>("By number.").closed_to("agent"),
        Entry::post("/api/people", "Adds somebody")
            .takes::<PutPerson>(JSON, "Who they are.")
            .gives::<Invited>("What they choose a password by.")
            .closed_to("owner")
            .refuses(&refused),
        Entry::post("/api/people/{id}", "Changes name, address or role")
            .tells("Who has another role signs in again.")
            .part("id", id)
            .takes::<PutPerson>(JSON, "Who they are from now on.")
            .gives_nothing(204, "Changed.")
            .closed_to("owner")
            .refuses(&refused)
            .refuses(&[(404, "`not_found`")]),
        Entry::delete("/api/people/{id}", "Takes somebody out of the team")
            .part("id", id)
            .gives_nothing(204, "Their sessions ended.")
            .closed_to("owner")
            .refuses(&[(404, "`not_found`"), (422, "`last_owner`")]),
        Entry::post("/api/people/{id}/invite", "Invites again, also who forgot their password")
            .part("id", id)
            .gives::<Invited>("What they choose a password by; the old one holds until then.")
            .closed_to("owner")
            .refuses(&[(404, "`not_found`")]),
    ]
}

fn programs() -> Vec<Entry> {
    vec![
        Entry::get("/api/tokens", "Tokens for programs")
            .gives_list::<ApiToken>("By number; the tokens themselves are told once.")
            .closed_to("owner"),
        Entry::post("/api/tokens", "Makes a token for a program")
            .takes::<NewToken>(JSON, "What it is for.")
            .gives::<MadeToken>("The token, told this once.")
            .closed_to("owner")
            .refuses(&[(400, "`malformed`"), (422, "`bad_name`, `too_much`")]),
        Entry::delete("/api/tokens/{id}", "Revokes a token")
            .part("id", "Number of the token.")
            .gives_nothing(204, "It opens nothing any more.")
            .closed_to("owner")
            .refuses(&[(404, "`not_found`")]),
        Entry::get("/api/audit", "Who did what")
            .time("before", "Entries before the one with this number; the newest unless given.")
            .gives::<Audit>("Newest first.")
            .closed_to("owner"),
    ]
}
