//! From items to rows: what a question may ask for, typed and flat.

use beacon::item::{Answer, Fact, Line, Reaction, Signal, Verdict, View};
use beacon::{Body, Millis, Money};
use engine::explain;
use engine::site::SITE;
use rusqlite::{Connection, params};

use super::Arrival;

/// The typed columns of one item.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    kind: &'static str,
    path: Option<String>,
    page: Option<&'static str>,
    subject: Option<String>,
    number: Option<i64>,
    detail: Option<i64>,
    campaign: Option<u16>,
    value: Option<Money>,
    evidence: Option<String>,
}

/// Writes the rows of one beacon's items.
pub(super) fn write(
    db: &Connection,
    site: i64,
    run: i64,
    began_at: Millis,
    arrival: &Arrival,
) -> rusqlite::Result<()> {
    let header = &arrival.beacon.header;
    let session = header.session.map(|id| id.0);
    let mut insert = db.prepare_cached(
        "INSERT INTO item (run, ordinal, site, at, kind, session, path, page, subject, number,
                           detail, campaign, pack, value, currency, evidence)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (place, item) in (0_i64..).zip(&arrival.beacon.items) {
        let ordinal = i64::from(header.sequence) << 12 | place;
        let at = began_at.plus(item.at.0).min(arrival.now).0;
        if let Body::Stated(Fact::Purchased { order, value, items }) = &item.body {
            let mut insert = db.prepare_cached(
                "INSERT OR IGNORE INTO purchase
                     (site, number, run, session, at, ordinal, value, currency, items)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?;
            let (minor, currency) = (value.minor, value.currency.as_str());
            let number = order_number(order, header.run, ordinal);
            insert.execute(params![
                site, number, run, session, at, ordinal, minor, currency, items
            ])?;
        }
        let Some(row) = row(&item.body) else { continue };
        insert.execute(params![
            run,
            ordinal,
            site,
            at,
            row.kind,
            session,
            row.path,
            row.page,
            row.subject,
            row.number,
            row.detail,
            row.campaign,
            row.evidence.as_ref().map(|_| header.pack),
            row.value.map(|value| value.minor),
            row.value.as_ref().map(|value| value.currency.as_str()),
            row.evidence,
        ])?;
    }
    Ok(())
}

/// A shop that gives no order number has each report of a purchase counted.
fn order_number(order: &str, run: beacon::RunId, ordinal: i64) -> String {
    if order.is_empty() { format!("{run}:{ordinal}") } else { order.into() }
}

/// `None` for what only a replay needs; the journal has it.
fn row(body: &Body) -> Option<Row> {
    match body {
        Body::Viewed(view) => Some(viewed(view)),
        Body::Noticed(signal) => noticed(signal),
        Body::Stated(fact) => stated(fact),
        Body::Answered(answer) => Some(answered(*answer)),
        Body::Decided(verdict) => Some(decided(verdict)),
        // Began, Consented, Published, Woke, and what later agents may say.
        _ => None,
    }
}

fn viewed(view: &View) -> Row {
    let page = Some(explain::page(view.page));
    Row { kind: "viewed", path: Some(view.path.clone()), page, ..Row::default() }
}

fn noticed(signal: &Signal) -> Option<Row> {
    let number = |kind, number: u32| Row { kind, number: Some(number.into()), ..Row::default() };
    Some(match signal {
        Signal::ExitIntent { eta_ms, .. } => number("exit_intent", u32::from(*eta_ms)),
        Signal::Dwell { ms } => number("dwell", *ms),
        Signal::ProductDwell { product, ms } => {
            Row { subject: Some(product.clone()), ..number("product_dwell", *ms) }
        }
        Signal::ScrollReach { percent } => number("scroll_reach", u32::from(*percent)),
        Signal::CartHesitation { level, causes } => {
            Row { detail: Some(i64::from(*causes)), ..number("cart_hesitation", u32::from(*level)) }
        }
        Signal::RageClick { presses, .. } => number("rage_click", u32::from(*presses)),
        Signal::TabHidden => Row { kind: "tab_hidden", ..Row::default() },
        Signal::TabReturned { away_ms } => number("tab_returned", *away_ms),
        Signal::ScrollExit { px } => number("scroll_exit", u32::from(*px)),
        Signal::DeadClick { .. } => Row { kind: "dead_click", ..Row::default() },
        Signal::Thrash { turns } => number("thrash", u32::from(*turns)),
        Signal::Comparing { products, returns } => {
            Row { detail: Some((*products).into()), ..number("comparing", u32::from(*returns)) }
        }
        Signal::FormTrouble { trouble, times } => {
            Row { detail: Some(*trouble as i64), ..number("form_trouble", u32::from(*times)) }
        }
        Signal::SearchMiss { searches } => number("search_miss", u32::from(*searches)),
        Signal::Fading { permille } => number("fading", u32::from(*permille)),
        Signal::Waiting { seconds } => number("waiting", u32::from(*seconds)),
        Signal::BotEvidence { traits } => {
            Row { detail: Some((*traits).into()), ..number("bot_evidence", traits.count_ones()) }
        }
        // What later agents notice.
        _ => return None,
    })
}

fn stated(fact: &Fact) -> Option<Row> {
    let plain = |kind| Row { kind, ..Row::default() };
    Some(match fact {
        Fact::ProductSeen(product) => {
            Row { subject: Some(product.id.clone()), value: product.price, ..plain("product_seen") }
        }
        Fact::Added(line) => cart_line("added", line),
        Fact::Removed(line) => cart_line("removed", line),
        Fact::CartStands { items, value } => {
            Row { number: Some((*items).into()), value: Some(*value), ..plain("cart_stands") }
        }
        Fact::CheckoutBegan { value } => Row { value: Some(*value), ..plain("checkout_began") },
        Fact::Purchased { order, value, items } => Row {
            subject: Some(order.clone()),
            number: Some((*items).into()),
            value: Some(*value),
            ..plain("purchased")
        },
        Fact::Searched { results } => Row { number: results.map(i64::from), ..plain("searched") },
        Fact::LoggedIn { vip } => Row { number: Some((*vip).into()), ..plain("logged_in") },
        Fact::Goal { name, value } => {
            Row { subject: Some(name.clone()), value: *value, ..plain("goal") }
        }
        Fact::ShippingSeen => plain("shipping_seen"),
        Fact::VariantChosen => plain("variant_chosen"),
        Fact::CartHolds { lines } => {
            Row { number: i64::try_from(lines.len()).ok(), ..plain("cart_holds") }
        }
        // What later agents state.
        _ => return None,
    })
}

fn cart_line(kind: &'static str, line: &Line) -> Row {
    Row {
        kind,
        subject: Some(line.product.clone()),
        number: Some(line.quantity.into()),
        value: line.price,
        ..Row::default()
    }
}

fn answered(answer: Answer) -> Row {
    // A conversation that no campaign began.
    if answer.campaign == SITE {
        return Row { kind: "talked", ..Row::default() };
    }
    let kind = match answer.reaction {
        Reaction::Shown => "shown",
        Reaction::Accepted => "accepted",
        Reaction::Dismissed => "dismissed",
        Reaction::Expired => "expired",
        Reaction::Failed => "failed",
    };
    Row { kind, campaign: Some(answer.campaign), ..Row::default() }
}

fn decided(verdict: &Verdict) -> Row {
    let kind = explain::outcome(verdict.outcome);
    let evidence: Vec<String> = verdict.evidence.iter().map(ToString::to_string).collect();
    Row {
        kind,
        campaign: Some(verdict.campaign),
        number: Some(verdict.buy_permille.into()),
        detail: Some(verdict.variant.into()),
        evidence: Some(format!("[{}]", evidence.join(","))),
        ..Row::default()
    }
}
