//! History goes after the same time, wherever it is kept.

use beacon::Millis;

use super::server::Server;
use super::spool::{accept, arrival, history, ship_all, store};
use super::{NOON, Random};
use crate::store::{Dropped, Retention, Rule};

#[test]
fn what_is_past_its_time_goes_from_clickhouse_as_from_the_folder() {
    let Some(server) = Server::start() else { return };
    let ((here, _folder, site), (there, _other, same)) = (store(), store());
    let there = there.with_history_in(&server.address());
    // Page loads of today, tomorrow, and the day after.
    for number in [0, 1_000, 3_500, 6_200] {
        let arrivals = |site| {
            (number..number + 60).map(|it| arrival(site, it, &mut Random(it))).collect::<Vec<_>>()
        };
        accept(&here, arrivals(site));
        accept(&there, arrivals(same));
    }
    ship_all(&there);
    here.seal(Millis(NOON + 3 * DAY_MS), Rule::ALL, &|| true).unwrap();
    let all = history(&here, site);
    let both = |days_later: u64, retention| {
        let now = Millis(NOON + days_later * DAY_MS);
        let dropped = [&here, &there].map(|store| store.drop_past(now, retention).unwrap());
        assert!(history(&there, same) == history(&here, site), "{days_later} {retention:?}");
        dropped
    };
    assert_eq!(both(900, Retention::default()), [Dropped::default(); 2], "for ever");
    let kept = Retention { history_days: 1, replay_days: 0, chat_days: 0 };
    let [here_dropped, there_dropped] = both(2, kept);
    assert_eq!((here_dropped.files, there_dropped.files), (1, 1));
    let left = history(&here, site);
    assert!(left.0.len() < all.0.len() && left.1 == all.1, "beacons are kept for ever");
    let [_, there_dropped] = both(2, Retention { replay_days: 1, ..kept });
    assert_eq!(there_dropped.files, 1);
    assert!(history(&here, site).1.len() < all.1.len());
    let [_, there_dropped] = both(9, Retention { replay_days: 1, ..kept });
    assert_eq!(there_dropped.files, 4, "two days of two tables");
    assert_eq!(server.number("SELECT count() FROM items"), 0);
    assert_eq!(both(9, kept), [Dropped::default(); 2], "nothing is left");
}

const DAY_MS: u64 = 86_400_000;
