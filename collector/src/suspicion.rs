//! Why a beacon is kept apart: stored like any other, shown under its reason, in no headline number.

/// What spoke against a beacon. Nothing is thrown away on suspicion: who judges otherwise still has
/// the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Suspicion {
    /// One page load sent more than an agent does.
    RunRate = 1,
    /// One network (/24, /64) sent more than its visitors do.
    AddressRate = 2,
    /// The sender says of itself that it is a program (`door/robots.rs` has the list).
    Robot = 3,
    /// It tells of more than fits into its time.
    Timing = 4,
}

impl Suspicion {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::RunRate, Self::AddressRate, Self::Robot, Self::Timing];

    /// Stable name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::RunRate => "run_rate",
            Self::AddressRate => "address_rate",
            Self::Robot => "robot",
            Self::Timing => "timing",
        }
    }

    /// As the journal has it; 0 stands there for none.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// What the journal means by a number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::Suspicion;

    #[test]
    fn numbers_are_places_in_the_list_and_back() {
        for (place, it) in (1..).zip(Suspicion::ALL) {
            assert_eq!((it.number(), Suspicion::from_number(place)), (place, Some(it)));
        }
        assert_eq!(Suspicion::from_number(0), None);
    }
}
