//! Tables for terminals, and how each answer becomes some.

use std::fmt;

/// A table with a heading line; numbers stand right.
#[derive(Debug, Default)]
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    pub(super) fn row(mut self, cells: &[&dyn fmt::Display]) -> Self {
        self.rows.push(cells.iter().map(|cell| fit_for_terminals(&cell.to_string())).collect());
        self
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let columns = self.head.len();
        let width = |column: usize| {
            lines().filter_map(|line| line.get(column)).map(|cell| columns_of(cell)).max()
        };
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let is_number = |cell: &str| {
            cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '−'))
        };
        for line in lines() {
            let mut text = String::new();
            for (column, cell) in line.iter().enumerate() {
                let values = self.rows.iter().filter_map(|row| row.get(column));
                let is_right =
                    values.clone().count() > 0 && values.clone().all(|cell| is_number(cell));
                let space = " ".repeat(widths[column].saturating_sub(columns_of(cell)));
                let gap = if column == 0 { "" } else { "  " };
                text.push_str(gap);
                let (first, second) = if is_right { (&space, cell) } else { (cell, &space) };
                text.push_str(first);
                text.push_str(second);
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

/// Names and paths are what visitors' pages sent: what a terminal would obey, or show in another order, is shown as
/// what it is not.
fn fit_for_terminals(text: &str) -> String {
    let is_obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Columns a text takes in a terminal: Hangul and its like take two.
fn columns_of(text: &str) -> usize {
    let is_wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '가'..='힣' | '\u{ff00}'..='\u{ff60}');
    text.chars().map(|c| 1 + usize::from(is_wide(c))).sum()
}

pub(super) mod tables {
    //! One function an answer.

    use nunchi_api::campaigns::{Backtest, Diff, Parity, Replayed, Share};
    use nunchi_api::live::{Floor, Visitor};
    use nunchi_api::stats::{
        Amount, CampaignRow, Campaigns, Funnel, Health, Overview, Pages, Signals,
    };

    use super::Table;

    pub(crate) fn overview(answer: &Overview) -> Vec<Table> {
        let dwell = seconds(answer.dwell_ms_median);
        let table = Table::new(&["overview", ""])
            .row(&[&"sessions", &answer.sessions])
            .row(&[&"visitors", &answer.visitors])
            .row(&[&"views", &answer.views])
            .row(&[&"  by the loader alone", &answer.loader_views])
            .row(&[&"median dwell, s", &dwell])
            .row(&[&"carts", &answer.carts])
            .row(&[&"checkouts", &answer.checkouts])
            .row(&[&"purchases", &answer.purchases])
            .row(&[&"conversations", &answer.conversations]);
        let revenue = answer.revenue.iter().fold(table, |table, amount| {
            table.row(&[&format!("revenue, {}", amount.currency), &major(amount)])
        });
        vec![revenue]
    }

    pub(crate) fn funnel(answer: &Funnel) -> Vec<Table> {
        let first = answer.steps.first().map_or(0, |step| step.sessions);
        let table = Table::new(&["step", "sessions", "of all"]);
        vec![answer.steps.iter().fold(table, |table, step| {
            table.row(&[&step.name, &step.sessions, &percent(step.sessions, first)])
        })]
    }

    pub(crate) fn signals(answer: &Signals) -> Vec<Table> {
        let signals = Table::new(&["signal", "count", "sessions"]);
        let signals = answer
            .rows
            .iter()
            .fold(signals, |table, row| table.row(&[&row.signal, &row.count, &row.sessions]));
        let signals = answer
            .other
            .iter()
            .fold(signals, |table, row| table.row(&[&OTHER, &row.count, &row.sessions]));
        let causes = Table::new(&["cause of hesitation", "sessions"]);
        let causes =
            answer.causes.iter().fold(causes, |table, row| table.row(&[&row.cause, &row.sessions]));
        let other = answer.other_causes.iter();
        vec![signals, other.fold(causes, |table, row| table.row(&[&OTHER, &row.sessions]))]
    }

    pub(crate) fn campaigns(answer: &Campaigns) -> Vec<Table> {
        let counts = Table::new(&[
            "id",
            "campaign",
            "fired",
            "held out",
            "shadowed",
            "shown",
            "accepted",
            "dismissed",
        ]);
        let counts = answer.rows.iter().fold(counts, |table, row| {
            let CampaignRow { id, name, fired, held_out, shadowed, shown, .. } = row;
            let (accepted, dismissed) = (&row.accepted, &row.dismissed);
            table.row(&[id, name, fired, held_out, shadowed, shown, accepted, dismissed])
        });
        let arms = Table::new(&[
            "id",
            "treated",
            "bought",
            "rate",
            "holdout",
            "bought",
            "rate",
            "difference, points (95 %)",
        ]);
        let arms = answer.rows.iter().fold(arms, |table, row| {
            let (treated, holdout) = (&row.treated, &row.holdout);
            let uplift = row.uplift.as_ref().map_or("not known yet".into(), |uplift| {
                format!("{:+.1} ({:+.1} to {:+.1})", uplift.points, uplift.low, uplift.high)
            });
            table.row(&[
                &row.id,
                &treated.visitors,
                &treated.converted,
                &percent(treated.converted, treated.visitors),
                &holdout.visitors,
                &holdout.converted,
                &percent(holdout.converted, holdout.visitors),
                &uplift,
            ])
        });
        let why = Table::new(&["id", "outcome", "session", "buy", "because"]);
        let why = answer.rows.iter().fold(why, |table, row| {
            row.evidence.iter().fold(table, |table, evidence| {
                let buy = format!("{:.1} %", f64::from(evidence.buy_permille) / 10.0);
                let reasons = evidence.reasons.join(", ");
                table.row(&[&row.id, &evidence.outcome, &evidence.session, &buy, &reasons])
            })
        });
        let more = said(answer).into_iter().chain(issued(answer));
        [counts, arms].into_iter().chain(more).chain([why]).collect()
    }

    /// What visitors said in surveys, if they did.
    fn said(answer: &Campaigns) -> Option<Table> {
        let rows = || answer.rows.iter().filter_map(|row| Some((row.id, row.ratings.as_ref()?)));
        let names = ["id", "answers", "1", "2", "3", "4", "5", "mean", "4 or 5"];
        let table = rows().fold(Table::new(&names), |table, (id, said)| {
            let [one, two, three, four, five] = &said.scores;
            let mean = format!("{}.{:02}", said.mean_hundredths / 100, said.mean_hundredths % 100);
            let satisfied = percent(said.satisfied_permille, 1_000);
            table.row(&[&id, &said.answers, one, two, three, four, five, &mean, &satisfied])
        });
        rows().next().map(|_| table)
    }

    /// What became of coupons, if some were given.
    fn issued(answer: &Campaigns) -> Option<Table> {
        let rows = || answer.rows.iter().filter_map(|row| Some((row.id, row.coupons.as_ref()?)));
        let table = rows().fold(
            Table::new(&["id", "coupons given", "redeemed", "rate"]),
            |table, (id, coupons)| {
                let rate = percent(coupons.redeemed, coupons.given);
                table.row(&[&id, &coupons.given, &coupons.redeemed, &rate])
            },
        );
        rows().next().map(|_| table)
    }

    pub(crate) fn pages(answer: &Pages) -> Vec<Table> {
        let table = Table::new(&["path", "page", "views", "median s", "total s", "reach"]);
        let table = answer.rows.iter().fold(table, |table, row| {
            let (median, total) = (seconds(row.dwell_ms_median), seconds(row.dwell_ms_total));
            let reach = format!("{} %", row.reach_percent);
            table.row(&[&row.path, &row.page, &row.views, &median, &total, &reach])
        });
        vec![answer.other.iter().fold(table, |table, row| {
            let total = seconds(row.dwell_ms_total);
            table.row(&[&OTHER, &"", &row.views, &"", &total, &""])
        })]
    }

    pub(crate) fn live(answer: &Floor) -> Vec<Table> {
        let table =
            Table::new(&["visitor", "kind", "device", "zone", "mood", "path", "cart", "signal"]);
        vec![answer.visitors.iter().fold(table, |table, visitor| {
            let cart =
                visitor.cart_value.as_ref().map_or(visitor.cart_items.to_string(), |value| {
                    format!("{}: {} {}", visitor.cart_items, major(value), value.currency)
                });
            let kind = if visitor.is_vip { "vip" } else { &visitor.kind };
            let Visitor { id, device, zone, mood, path, signal, .. } = visitor;
            table.row(&[id, &kind, device, zone, mood, path, &cart, signal])
        })]
    }

    pub(crate) fn health(answer: &Health) -> Vec<Table> {
        let arrived = Table::new(&["since the server started", ""])
            .row(&[&"received", &answer.received])
            .row(&[&"stored", &answer.stored])
            .row(&[&"duplicate", &answer.duplicate])
            .row(&[&"stored apart", &answer.apart]);
        let arrived = answer.refused.iter().fold(arrived, |table, row| {
            table.row(&[&format!("refused: {}", row.outcome), &row.count])
        });
        let lost = percent(answer.lost, answer.sent);
        let way = Table::new(&["on the way, in the span", ""])
            .row(&[&"sent", &answer.sent])
            .row(&[&"lost", &answer.lost])
            .row(&[&"lost, of all", &lost]);
        let apart = Table::new(&["kept apart, in the span", "events", "sessions"]);
        let apart = answer
            .quarantined
            .iter()
            .fold(apart, |table, row| table.row(&[&row.reason, &row.events, &row.sessions]));
        vec![arrived, way, apart]
    }

    pub(crate) fn parity(answer: &Parity) -> Vec<Table> {
        let Parity { runs, incomplete, other_version, verdicts, equal, different, .. } = answer;
        let rate = answer.equal_permille.map_or("not known yet".into(), |permille| {
            format!("{}.{} %", permille / 10, permille % 10)
        });
        let whole = Table::new(&["parity", ""])
            .row(&[&"page loads replayed", runs])
            .row(&[&"not replayable", incomplete])
            .row(&[&"of another version, not compared", other_version])
            .row(&[&"verdicts", verdicts])
            .row(&[&"equal on both sides", equal])
            .row(&[&"parity", &rate]);
        if different.is_empty() {
            return vec![whole];
        }
        let rows = Table::new(&["visit", "differing", "first difference"]);
        let rows = different
            .iter()
            .fold(rows, |table, row| table.row(&[&row.session, &row.differing, &row.first]));
        vec![whole, rows]
    }

    /// `opening` opens a visit, up to what is asked of it.
    pub(crate) fn backtest(answer: &Backtest, opening: &str) -> Vec<Table> {
        let what = Table::new(&[
            "id",
            "campaign",
            "fired",
            "visits",
            "held out",
            "shadowed",
            "after, s",
            "saw a real offer",
            "bought anyway",
            "worth",
            "cost",
        ]);
        let what = answer.rows.iter().fold(what, |table, row| {
            let others = row.sessions.saturating_sub(row.with_offer);
            let anyway = format!("{} ({})", row.bought_anyway, percent(row.bought_anyway, others));
            let (worth, cost) = (amounts(&row.revenue_anyway), amounts(&row.cost));
            table.row(&[
                &row.id,
                &row.name,
                &row.fired,
                &row.sessions,
                &row.held_out,
                &row.shadowed,
                &row.seconds_median,
                &row.with_offer,
                &anyway,
                &worth,
                &cost,
            ])
        });
        let whom = Table::new(&["id", "visitors", "devices", "languages", "pages", "shop's hours"]);
        let named = || answer.rows.iter().filter(|row| row.sessions > 0);
        let whom = named().fold(whom, |table, row| {
            table.row(&[
                &row.id,
                &shares(&row.visitors),
                &shares(&row.devices),
                &shares(&row.languages),
                &shares(&row.pages),
                &busiest(&row.hours),
            ])
        });
        let open = Table::new(&["id", "visits to open, as below"]);
        let open = named().fold(open, |table, row| table.row(&[&row.id, &row.examples.join(" ")]));
        let commands = named().filter_map(|row| {
            let visit = row.examples.first()?;
            Some(format!("{opening} --campaign {} --session {visit}", row.id))
        });
        let commands = commands
            .fold(Table::new(&["why it was, or was not"]), |table, line| table.row(&[&line]));
        let known = Table::new(&["what a replay cannot know"]);
        let known = answer.caveats.iter().fold(known, |table, caveat| table.row(&[caveat]));
        vec![over(&answer.over), what, whom, open, commands, known]
    }

    /// `opening` opens a visit by the old pack, and by the new one.
    pub(crate) fn diff(answer: &Diff, opening: &[String; 2]) -> Vec<Table> {
        let rows = Table::new(&["id", "campaign", "lost", "gained"]);
        let rows = answer
            .rows
            .iter()
            .fold(rows, |table, row| table.row(&[&row.id, &row.name, &row.lost, &row.gained]));
        let visits = Table::new(&["visit", "changes"]);
        let visits = answer.sessions.iter().fold(visits, |table, session| {
            let changes = session.changes.iter().map(|change| {
                let sign = if change.is_new { '+' } else { '-' };
                format!("{sign}{}@{}s {}", change.campaign, seconds(change.at), change.outcome)
            });
            table.row(&[&session.session, &changes.collect::<Vec<_>>().join(", ")])
        });
        let changed = over(&answer.over).row(&[&"visits decided differently", &answer.changed]);
        let Some(first) = answer.sessions.first() else { return vec![changed, rows, visits] };
        let command = |side: usize| format!("{} --session {}", opening[side], first.session);
        let reading = Table::new(&["", "decided so", "to see why"])
            .row(&[&"-", &"only by the old pack", &command(0)])
            .row(&[&"+", &"only by the new pack", &command(1)]);
        let shown = format!("{} of {} visits shown", answer.sessions.len(), answer.changed);
        vec![changed, rows, visits, Table::new(&[&shown]), reading]
    }

    fn over(replayed: &Replayed) -> Table {
        Table::new(&["replayed", ""])
            .row(&[&"visits", &replayed.sessions])
            .row(&[&"page loads", &replayed.runs])
            .row(&[&"items", &replayed.items])
            .row(&[&"page loads left out: beacons missing", &replayed.incomplete])
            .row(&[&"page loads begun without their memory", &replayed.forgetful])
    }

    /// What folded rows are called.
    pub(in crate::cli) const OTHER: &str = "(others)";

    pub(in crate::cli) fn amounts(amounts: &[Amount]) -> String {
        let texts = amounts.iter().map(|it| format!("{} {}", major(it), it.currency));
        texts.collect::<Vec<_>>().join(", ")
    }

    fn shares(shares: &[Share]) -> String {
        let texts = shares.iter().map(|it| format!("{} {}", it.name, it.count));
        texts.collect::<Vec<_>>().join(", ")
    }

    /// The three busiest hours: `20h 12, 21h 9`.
    fn busiest(hours: &[u64]) -> String {
        let mut hours: Vec<(usize, u64)> =
            hours.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
        hours.sort_by_key(|(hour, count)| (std::cmp::Reverse(*count), *hour));
        let texts = hours.iter().take(3).map(|(hour, count)| format!("{hour}h {count}"));
        texts.collect::<Vec<_>>().join(", ")
    }

    fn seconds(ms: u64) -> String {
        format!("{}.{}", ms / 1_000, ms % 1_000 / 100)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of sessions are far below 2^52")]
    pub(in crate::cli) fn percent(part: u64, whole: u64) -> String {
        if whole == 0 {
            return "0 %".into();
        }
        format!("{:.1} %", 100.0 * part as f64 / whole as f64)
    }

    /// In the currency's usual notation: cents behind a point, won as they are.
    fn major(amount: &Amount) -> String {
        let currency = beacon::Currency::parse(&amount.currency);
        let digits = currency.map_or(2, beacon::Currency::minor_digits);
        let unit = 10_u64.pow(digits);
        let sign = if amount.minor < 0 { "-" } else { "" };
        let (whole, rest) =
            (amount.minor.unsigned_abs() / unit, amount.minor.unsigned_abs() % unit);
        if digits == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{rest:0width$}", width = digits as usize)
        }
    }
}

#[cfg(test)]
mod tests {
    use nunchi_api::campaigns::Parity;

    use super::{Table, tables};

    #[test]
    fn what_a_terminal_would_obey_is_not_shown_to_it() {
        let table = Table::new(&["path"]).row(&[&"/\u{1b}[2J\u{202e}gpj.exe 눈치"]);
        assert_eq!(table.to_string(), "path\n/\u{fffd}[2J\u{fffd}gpj.exe 눈치\n");
    }

    #[test]
    fn one_verdict_that_differs_is_not_rounded_away_and_nothing_compared_is_not_whole() {
        let parity = |equal_permille| {
            let answer = Parity { equal_permille, ..Parity::default() };
            tables::parity(&answer)[0].to_string().lines().last().map(str::to_owned).unwrap()
        };
        assert!(parity(Some(999)).ends_with(" 99.9 %"));
        assert!(parity(Some(1_000)).ends_with(" 100.0 %"));
        assert!(parity(None).ends_with(" not known yet"));
    }
}
