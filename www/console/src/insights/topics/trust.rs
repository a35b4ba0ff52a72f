//! How far the figures can be trusted: what was lost on the way, whether pages and collector decide
//! alike, what was refused.

use nunchi_api::campaigns::Parity;
use nunchi_api::questions::Losses;
use nunchi_api::stats::Health;

use super::super::picture::Picture;
use super::parts::{Bars, count, float, lying};
use crate::text::{Language, fill, format};
use crate::ui::sheet::{Cell, Sheet};
use crate::visitors::visit;

pub(super) fn losses(losses: &Losses, language: Language) -> Picture {
    let words = language.words();
    let mut sheet = Sheet::new(&[words.what, &format!("#{}", words.how_many)]);
    for (name, number) in [
        (words.page_loads, losses.runs),
        (words.page_loads_lossy, losses.runs_with_loss),
        (words.beacons_sent, losses.sent),
        (words.beacons_stored, losses.stored),
        (words.beacons_lost, losses.lost),
        (words.views, losses.views),
        (words.loader_views, losses.loader_views),
    ] {
        sheet.push(vec![Cell::text(name), count(number)]);
    }
    let says = losses.lost_permille.map_or_else(
        || words.losses_none.into(),
        |permille| {
            let numbers = [format::count(losses.lost), format::count(losses.sent)];
            fill(words.losses_says, &[&numbers[0], &numbers[1], &format::share(permille, 1_000)])
        },
    );
    let (stored, lost) = (losses.stored, losses.lost);
    Picture {
        span: "span-3",
        size: "echart-low",
        ..Picture::new("losses", words.losses, says, sheet)
    }
    .drawn(move |palette| {
        let series = vec![
            (words.beacons_stored, palette.good.as_str(), vec![float(stored)]),
            (words.beacons_lost, palette.bad.as_str(), vec![float(lost)]),
        ];
        lying(Bars { names: vec![String::new()], series, is_stacked: true, unit: "" }, palette)
    })
}

pub(super) fn parity(parity: &Parity, language: Language) -> Picture {
    let words = language.words();
    let says = parity.equal_permille.map_or_else(
        || words.parity_none.into(),
        |permille| {
            let numbers = [format::count(parity.equal), format::count(parity.verdicts)];
            fill(words.parity_says, &[&numbers[0], &numbers[1], &format::share(permille, 1_000)])
        },
    );
    let mut sheet =
        Sheet::new(&[words.visit, &format!("#{}", words.differing), words.first_difference]);
    for run in &parity.different {
        let link = Cell::text(visit::short(&run.session)).to(visit::address(&run.session));
        sheet.push(vec![link, count(run.differing), Cell::text(run.first.clone())]);
    }
    Picture { span: "span-3", ..Picture::new("parity", words.parity, says, sheet) }
}

pub(super) fn health(health: &Health, language: Language) -> Picture {
    let words = language.words();
    let mut sheet = Sheet::new(&[words.what, &format!("#{}", words.how_many)]);
    let own = [
        (words.received, health.received),
        (words.stored, health.stored),
        (words.duplicate, health.duplicate),
        (words.apart, health.apart),
    ];
    for (name, number) in own {
        sheet.push(vec![Cell::text(name), count(number)]);
    }
    for row in &health.refused {
        let name = fill(words.refused_as, &[&row.outcome.replace('_', " ")]);
        sheet.push(vec![Cell::text(name), count(row.count)]);
    }
    let refused: u64 = health.refused.iter().map(|row| row.count).sum();
    let adds_up = health.received == health.stored + health.duplicate + health.apart + refused;
    let numbers = [health.received, health.stored, health.duplicate + health.apart, refused]
        .map(format::count);
    let sentence = if adds_up { words.health_says } else { words.health_wrong };
    let says = fill(sentence, &[&numbers[0], &numbers[1], &numbers[2], &numbers[3]]);
    Picture::new("health", words.health, says, sheet)
}
