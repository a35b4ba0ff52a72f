use std::fmt::Write as _;

use super::server::Server;
use super::{NOON, made_up};
use crate::store::clickhouse::Shipment;
use crate::store::rows::{Kind, Record, VisitKey};
use crate::store::scan::{Column, Names, Row, Visit, Want, scan_records};

/// What a scan tells, as text: names by their letters, as their numbers differ.
pub(super) fn told(scan: impl FnOnce(&mut Names, &mut dyn FnMut(&Visit<'_>, &Names))) -> String {
    let (mut names, mut visits) = (Names::default(), Vec::new());
    scan(&mut names, &mut |visit, names| {
        let mut text = String::new();
        writeln!(text, "{:?} {:?}", visit.key, visit.visitor).unwrap();
        for row in visit.rows {
            let texts = [
                row.path,
                row.page,
                row.subject,
                row.name,
                row.currency,
                row.evidence,
                row.device,
                row.audience,
                row.language,
                row.source,
            ]
            .map(|name| names.text(name));
            let numbers = [row.number, row.detail, row.value, row.campaign.into(), row.pack.into()];
            let Row { at, kind, quarantine, run, ordinal, .. } = row;
            writeln!(text, "  {at} {kind:?} {quarantine} {run} {ordinal} {texts:?} {numbers:?}")
                .unwrap();
        }
        visits.push(text);
    });
    // They come in any order.
    visits.sort();
    visits.concat()
}

pub(super) fn everything() -> Want {
    Want::default().kinds(Kind::ALL).columns(&ALL)
}

const ALL: [Column; 15] = [
    Column::Path,
    Column::Page,
    Column::Subject,
    Column::Name,
    Column::Number,
    Column::Detail,
    Column::Campaign,
    Column::Pack,
    Column::Value,
    Column::Currency,
    Column::Evidence,
    Column::Device,
    Column::Audience,
    Column::Language,
    Column::Source,
];

fn shipment(block: u64, site: &str, rows: &[Record]) -> Shipment {
    let items = rows.iter().map(|row| (site.to_owned(), row.clone())).collect();
    Shipment { collector: 1, block, is_doubtful: false, items, frames: Vec::new() }
}

#[test]
fn a_scan_of_clickhouse_tells_what_a_scan_of_the_rows_themselves_tells() {
    let Some(server) = Server::start() else { return };
    let clickhouse = server.open();
    let rows = made_up(2_000, 7);
    let (some, others) = rows.split_at(rows.len() / 3);
    clickhouse.deliver(&shipment(1, "shop", some)).unwrap();
    clickhouse.deliver(&shipment(2, "shop", others)).unwrap();
    clickhouse.deliver(&shipment(3, "it's another", &made_up(50, 8))).unwrap();
    let wants = [
        everything(),
        everything().apart(),
        Want::default().kinds(&[Kind::Viewed, Kind::Purchased]).columns(&[Column::Page]),
        Want::default().kinds(&[Kind::PurchasedAgain]),
        Want::default(),
    ];
    for want in wants {
        for (from, to) in [(0, u64::MAX >> 1), (NOON + 3_600_000, NOON + 13 * 3_600_000)] {
            let expected = told(|names, each| scan_records(&rows, from, to, want, names, each));
            let found = told(|names, each| {
                clickhouse.scan("shop", from, to, want, names, each).unwrap();
            });
            let other =
                found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
            assert_eq!(other, None, "{want:?} from {from} to {to}");
            assert_eq!(found.len(), expected.len(), "{want:?} from {from} to {to}");
        }
    }
}

#[test]
fn what_two_collectors_were_sent_counts_once() {
    let Some(server) = Server::start() else { return };
    let clickhouse = server.open();
    let bought = |session: u8, run, at| Record {
        visit: VisitKey::new(&[session; 8]),
        run,
        at,
        subject: Some("order 7".into()),
        ..Record::of(Kind::Purchased)
    };
    // The same beacon, as the second collector understood its time; then the thank-you page again,
    // opened later, on another day, through a third.
    clickhouse.deliver(&shipment(1, "shop", &[bought(1, 5, NOON)])).unwrap();
    clickhouse.deliver(&shipment(2, "shop", &[bought(1, 5, NOON + 9)])).unwrap();
    clickhouse.deliver(&shipment(3, "shop", &[bought(2, 6, NOON + 86_400_000)])).unwrap();
    let of = |kind| {
        let mut found = Vec::new();
        let want = Want::default().kinds(&[kind]);
        let mut each = |visit: &Visit<'_>, _: &Names| {
            found.extend(visit.rows.iter().map(|row| (visit.key.as_bytes()[0], row.at - NOON)));
        };
        let to = NOON + 2 * 86_400_000;
        clickhouse.scan("shop", NOON, to, want, &mut Names::default(), &mut each).unwrap();
        found
    };
    assert_eq!(of(Kind::Purchased), [(1, 0)]);
    assert_eq!(of(Kind::PurchasedAgain), [(2, 86_400_000)]);
}
