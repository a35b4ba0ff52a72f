//! What answers where about campaigns.

use nunchi_api::campaigns::{Backtest, Diff};
use nunchi_api::publishing::{
    CampaignList, History, Linted, Plan, Preview, Previewed, Publish, Published, Revert, Try,
    Withdraw, Written,
};

use super::entry::Entry;

const JSON: &str = "application/json";

pub(super) fn entries(site: &str) -> Vec<Entry> {
    let mut all = written(site);
    all.extend(tried(site));
    all.extend(published(site));
    all
}

fn written(site: &str) -> Vec<Entry> {
    let unknown = (404, "`unknown_site`");
    vec![
        Entry::get("/api/campaigns", "Campaigns in force, and those being written")
            .query("site", site)
            .gives::<CampaignList>("By id.")
            .refuses(&[unknown])
            .closed(),
        Entry::post("/api/campaigns/draft", "Keeps a campaign as it is written so far")
            .takes::<Written>(JSON, "One that can be read; what is wrong with it may be mended later.")
            .gives_nothing(204, "Kept; pages do not have it.")
            .closed_to("editor")
            .refuses(&[(400, "`malformed`"), unknown, (422, "`bad_campaign`, `too_much`")]),
        Entry::delete("/api/campaigns/draft", "Drops a draft; what pages have stays")
            .query("site", site)
            .query("id", "Of the campaign.")
            .gives_nothing(204, "Dropped.")
            .closed_to("editor")
            .refuses(&[(400, "`malformed`"), (404, "`unknown_site`, or no draft.")]),
        Entry::post("/api/campaigns/lint", "Finds what will not do what was meant")
            .tells("Goes through no visits, so that it can be asked as one types; publishing looks closer.")
            .takes::<Written>(JSON, "One campaign.")
            .gives::<Linted>("Beside the campaigns in force.")
            .closed()
            .refuses(&[(400, "`malformed`"), unknown]),
        Entry::post("/api/campaigns/preview", "Draws a campaign for a look at it")
            .tells("The surface's own bytes, with an example of a product and a cart. Nothing is counted.")
            .takes::<Preview>(JSON, "One campaign, a language, light or dark.")
            .gives::<Previewed>("For the surface's `show`, by variant.")
            .closed()
            .refuses(&[(400, "`malformed`"), unknown, (422, "`bad_campaign`")]),
    ]
}

fn tried(site: &str) -> Vec<Entry> {
    let refused = [
        (400, "`malformed`"),
        (404, "`unknown_site`"),
        (409, "`busy`: another is tried; `called_off`"),
        (422, "`bad_campaign`, `bad_span`, `too_much`"),
    ];
    vec![
        Entry::post("/api/campaigns/backtest", "Tries a campaign on visits that happened")
            .tells("One of a site at a time. Who hangs up calls it off.")
            .takes::<Try>(JSON, "Which campaign, over which days.")
            .gives::<Backtest>("What it would have done.")
            .closed()
            .refuses(&refused),
        Entry::delete("/api/campaigns/backtest", "Calls off what is being tried")
            .query("site", site)
            .gives_nothing(204, "Nothing of the site is tried any more.")
            .closed()
            .refuses(&[(404, "`unknown_site`")]),
        Entry::post(
            "/api/campaigns/diff",
            "Compares a campaign with what is in force, on visits that happened",
        )
        .takes::<Try>(JSON, "Which campaign, over which days.")
        .gives::<Diff>("Visits that would be decided otherwise.")
        .closed()
        .refuses(&refused),
    ]
}

fn published(site: &str) -> Vec<Entry> {
    let refused = [
        (400, "`malformed`"),
        (404, "`unknown_site`, or no such campaign or version."),
        (409, "`changed_meanwhile`: another pack is in force by now."),
        (422, "`bad_campaign`, `bad_share`, `must_be_mended`"),
    ];
    vec![
        Entry::post("/api/campaigns/plan", "Publishes a campaign at a time, takes it down at another")
            .tells("What came due while the server was down is done when it starts. Without times, calls it off.")
            .takes::<Plan>(JSON, "Which, to whom, from when, until when.")
            .gives_nothing(204, "Planned.")
            .closed_to("editor")
            .refuses(&[
                (400, "`malformed`"),
                (404, "`unknown_site`"),
                (422, "`bad_campaign`, `bad_share`, `bad_time`"),
            ]),
        Entry::post("/api/campaigns/publish", "Publishes a campaign, to all or to a share of visitors")
            .takes::<Publish>(JSON, "Which, and to whom.")
            .gives::<Published>("The next pack is in force; pages have it within a minute.")
            .closed_to("editor")
            .refuses(&refused),
        Entry::post("/api/campaigns/withdraw", "Takes a campaign out of the pack")
            .takes::<Withdraw>(JSON, "Which.")
            .gives::<Published>("The next pack is in force.")
            .closed_to("editor")
            .refuses(&refused),
        Entry::post("/api/campaigns/revert", "Publishes an earlier pack once more")
            .tells("Its campaigns, theme and rules of pages; consent, zone and model stay as they are.")
            .takes::<Revert>(JSON, "Which version.")
            .gives::<Published>("The next pack is in force.")
            .closed_to("editor")
            .refuses(&refused),
        Entry::get("/api/campaigns/history", "What was in force, and who did it")
            .query("site", site)
            .gives::<History>("Newest first.")
            .closed_to("editor")
            .refuses(&[(404, "`unknown_site`")]),
    ]
}
