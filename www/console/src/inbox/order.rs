//! The list of conversations: in which order, in which groups. Pure.

use nunchi_api::inbox::{Row, State, urgency};

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// A person is wanted.
    Waiting,
    /// Those that I have.
    Mine,
    /// Those that colleagues have.
    Others,
    /// The bot has them.
    Bot,
    /// They were ended lately.
    Closed,
}

impl Group {
    /// From top to bottom.
    pub(crate) const ALL: [Self; 5] =
        [Self::Waiting, Self::Mine, Self::Others, Self::Bot, Self::Closed];

    /// Where a conversation stands for `me`.
    pub(crate) fn of(row: &Row, me: &str) -> Self {
        match row.state {
            State::Waiting => Self::Waiting,
            State::Open if row.agent == me => Self::Mine,
            State::Open => Self::Others,
            State::Bot => Self::Bot,
            State::Closed => Self::Closed,
        }
    }
}

/// Ids of a group's conversations, the most urgent first; of those alike, where something was said last.
pub(crate) fn ids(rows: &[Row], group: Group, me: &str, now: u64) -> Vec<u64> {
    let mut rows: Vec<&Row> = rows.iter().filter(|row| Group::of(row, me) == group).collect();
    rows.sort_by_key(|row| std::cmp::Reverse((urgency(row, now), row.last_at, row.id)));
    rows.into_iter().map(|row| row.id).collect()
}

/// Takes over how a conversation stands now.
pub(crate) fn put(rows: &mut Vec<Row>, row: Row) {
    match rows.iter_mut().find(|it| it.id == row.id) {
        Some(known) => *known = row,
        None => rows.push(row),
    }
    if rows.len() > KEPT_MAX {
        // What was ended longest ago is looked at least.
        rows.sort_by_key(|row| (row.state != State::Closed, row.last_at));
        rows.remove(0);
    }
}

/// Conversations kept in a console that is left open for days.
const KEPT_MAX: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u64, state: State, agent: &str, waiting_since: u64) -> Row {
        Row { id, state, agent: agent.into(), waiting_since, ..Row::default() }
    }

    #[test]
    fn each_stands_in_its_group_with_who_waits_longest_on_top() {
        let rows = [
            row(1, State::Waiting, "", 9_000),
            row(2, State::Waiting, "", 1_000),
            row(3, State::Open, "kim", 0),
            row(4, State::Open, "lee", 0),
            row(5, State::Bot, "", 0),
            row(6, State::Closed, "kim", 0),
        ];
        let told = Group::ALL.map(|group| ids(&rows, group, "kim", 90_000));
        assert_eq!(told, [vec![2, 1], vec![3], vec![4], vec![5], vec![6]]);
    }

    #[test]
    fn a_change_takes_the_place_of_what_was_known_and_the_oldest_end_is_forgotten() {
        let mut rows = vec![row(1, State::Bot, "", 0)];
        put(&mut rows, row(1, State::Waiting, "", 5));
        assert_eq!((rows.len(), rows[0].state), (1, State::Waiting));
        for id in 2..=600 {
            put(&mut rows, Row { last_at: id, ..row(id, State::Closed, "", 0) });
        }
        assert_eq!(rows.len(), KEPT_MAX);
        assert!(rows.iter().any(|row| row.id == 1), "who waits is kept");
        assert!(rows.iter().all(|row| row.id != 2));
    }
}
