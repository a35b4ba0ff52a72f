//! How each answer becomes tables for people.

use nunchi_api::questions::{
    Answer, Audiences, EndRow, HesitationRow, Hesitations, HourRow, Hours, JourneyRow, Journeys,
    Losses, ProductRow, Products, Series, ShareRow, Shares,
};

use super::table::{Table, tables};
use tables::{OTHER, amounts, percent};

/// An answer's tables.
pub(super) fn tables(answer: &Answer) -> Vec<Table> {
    match answer {
        Answer::Overview(it) => tables::overview(it),
        Answer::Series(it) => series(it),
        Answer::Funnel(it) => tables::funnel(it),
        Answer::Journeys(it) => journeys(it),
        Answer::Pages(it) => tables::pages(it),
        Answer::Signals(it) => tables::signals(it),
        Answer::Hesitations(it) => hesitations(it),
        Answer::Products(it) => products(it),
        Answer::Campaigns(it) => tables::campaigns(it),
        Answer::Audiences(it) => audiences(it),
        Answer::Sources(it) => vec![shares("came from", it)],
        Answer::Hours(it) => vec![hours(it)],
        Answer::Live(it) => tables::live(it),
        Answer::Losses(it) => losses(it),
        Answer::Parity(it) => tables::parity(it),
        Answer::Health(it) => tables::health(it),
    }
}

/// Whether rows were folded, and so a reader should know why there is one of others.
pub(super) fn is_folded(answer: &Answer) -> bool {
    match answer {
        Answer::Journeys(it) => it.other.is_some() || it.other_ends.is_some(),
        Answer::Pages(it) => it.other.is_some(),
        Answer::Signals(it) => it.other.is_some() || it.other_causes.is_some(),
        Answer::Hesitations(it) => it.other.is_some(),
        Answer::Products(it) => it.other.is_some(),
        Answer::Audiences(it) => {
            [&it.visitors, &it.devices, &it.languages].iter().any(|part| part.other.is_some())
        }
        Answer::Sources(it) => it.other.is_some(),
        Answer::Overview(_)
        | Answer::Series(_)
        | Answer::Funnel(_)
        | Answer::Hours(_)
        | Answer::Campaigns(_)
        | Answer::Live(_)
        | Answer::Losses(_)
        | Answer::Parity(_)
        | Answer::Health(_) => false,
    }
}

fn series(answer: &Series) -> Vec<Table> {
    let table = Table::new(&["from", "sessions", "visitors", "views", "purchases", "revenue"]);
    vec![answer.slices.iter().fold(table, |table, slice| {
        table.row(&[
            &slice.label,
            &slice.sessions,
            &slice.visitors,
            &slice.views,
            &slice.purchases,
            &amounts(&slice.revenue),
        ])
    })]
}

fn journeys(answer: &Journeys) -> Vec<Table> {
    let ways = Table::new(&["way", "sessions", "people", "ended", "bought"]);
    let way = |table: Table, steps: &str, row: &JourneyRow| {
        let JourneyRow { sessions, people, ended, bought, .. } = row;
        table.row(&[&steps, sessions, people, ended, bought])
    };
    let ways = answer.paths.iter().fold(ways, |table, row| way(table, &row.steps.join(" > "), row));
    let ways = answer.other.iter().fold(ways, |table, row| way(table, OTHER, row));
    let ends = Table::new(&["ended at", "sessions", "people", "bought"]);
    let end = |table: Table, page: &str, row: &EndRow| {
        table.row(&[&page, &row.sessions, &row.people, &row.bought])
    };
    let ends = answer.ends.iter().fold(ends, |table, row| end(table, &row.page, row));
    let ends = answer.other_ends.iter().fold(ends, |table, row| end(table, OTHER, row));
    vec![ways, ends]
}

fn hesitations(answer: &Hesitations) -> Vec<Table> {
    let table = Table::new(&["cause", "sessions", "people", "bought", "rate", "carts", "lost"]);
    let line = |table: Table, cause: &str, row: &HesitationRow| {
        let rate = percent(row.bought, row.sessions);
        let (carts, lost) = (amounts(&row.carts), amounts(&row.lost));
        table.row(&[&cause, &row.sessions, &row.people, &row.bought, &rate, &carts, &lost])
    };
    let table = answer.rows.iter().fold(table, |table, row| line(table, &row.cause, row));
    vec![answer.other.iter().fold(table, |table, row| line(table, OTHER, row))]
}

fn products(answer: &Products) -> Vec<Table> {
    let table = Table::new(&[
        "product",
        "name",
        "viewed",
        "carted",
        "abandoned",
        "bought",
        "of carted",
        "people",
    ]);
    let line = |table: Table, id: &str, row: &ProductRow| {
        let ProductRow { name, viewed, carted, abandoned, bought, people, .. } = row;
        let rate = percent(*bought, *carted);
        table.row(&[&id, name, viewed, carted, abandoned, bought, &rate, people])
    };
    let table = answer.rows.iter().fold(table, |table, row| line(table, &row.id, row));
    vec![answer.other.iter().fold(table, |table, row| line(table, OTHER, row))]
}

fn audiences(answer: &Audiences) -> Vec<Table> {
    vec![
        shares("visitor", &answer.visitors),
        shares("device", &answer.devices),
        shares("language", &answer.languages),
    ]
}

fn shares(what: &str, answer: &Shares) -> Table {
    let all: u64 = answer.rows.iter().chain(&answer.other).map(|row| row.sessions).sum();
    let head = [what, "sessions", "share", "people", "views", "carts", "bought", "rate", "revenue"];
    let line = |table: Table, name: &str, row: &ShareRow| {
        let (share, rate) = (percent(row.sessions, all), percent(row.bought, row.sessions));
        let ShareRow { sessions, people, views, carts, bought, .. } = row;
        let revenue = amounts(&row.revenue);
        table.row(&[&name, sessions, &share, people, views, carts, bought, &rate, &revenue])
    };
    let table = Table::new(&head);
    let table = answer.rows.iter().fold(table, |table, row| line(table, &row.name, row));
    answer.other.iter().fold(table, |table, row| line(table, OTHER, row))
}

fn hours(answer: &Hours) -> Table {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let table = Table::new(&["day", "hour", "sessions", "hesitated", "rate", "purchases"]);
    answer.rows.iter().fold(table, |table, row| {
        let HourRow { weekday, hour, sessions, hesitated, purchases } = row;
        let day = days.get(usize::from(*weekday)).copied().unwrap_or("?");
        let rate = percent(*hesitated, *sessions);
        table.row(&[&day, hour, sessions, hesitated, &rate, purchases])
    })
}

fn losses(answer: &Losses) -> Vec<Table> {
    let rate = answer.lost_permille.map_or("not known yet".into(), |permille| {
        format!("{}.{} %", permille / 10, permille % 10)
    });
    vec![
        Table::new(&["losses", ""])
            .row(&[&"page loads", &answer.runs])
            .row(&[&"  of which something is missing", &answer.runs_with_loss])
            .row(&[&"beacons sent", &answer.sent])
            .row(&[&"  here", &answer.stored])
            .row(&[&"  lost", &answer.lost])
            .row(&[&"  lost, of all", &rate])
            .row(&[&"views", &answer.views])
            .row(&[&"  by the loader alone", &answer.loader_views]),
    ]
}
