//! What keys do anywhere in the console. Pure: [`Keys`] takes a key and says what to do.

use super::places::PLACES;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Open the command palette.
    Palette,
    /// Show all shortcuts.
    Help,
    /// Go to the place with this number in [`PLACES`].
    Go(usize),
}

/// A key that was pressed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Key<'a> {
    /// As `KeyboardEvent.key` has it.
    pub(super) name: &'a str,
    /// Ctrl, or Cmd.
    pub(super) has_command: bool,
    /// Alt: the system's, not ours.
    pub(super) has_alt: bool,
    /// In a field where letters are letters.
    pub(super) is_typing: bool,
}

/// Remembers a `g` that waits for its second key.
#[derive(Debug, Default)]
pub(super) struct Keys {
    is_going: bool,
}

impl Keys {
    /// Takes a key.
    pub(super) fn press(&mut self, key: Key<'_>) -> Option<Deed> {
        let was_going = std::mem::take(&mut self.is_going);
        if key.has_alt {
            return None;
        }
        if key.has_command {
            return key.name.eq_ignore_ascii_case("k").then_some(Deed::Palette);
        }
        if key.is_typing {
            return None;
        }
        if was_going {
            let place =
                PLACES.iter().position(|it| key.name.eq_ignore_ascii_case(&it.key.to_string()));
            return place.map(Deed::Go);
        }
        match key.name {
            "?" => Some(Deed::Help),
            "/" => Some(Deed::Palette),
            "g" => {
                self.is_going = true;
                None
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(keys: &mut Keys, name: &str) -> Option<Deed> {
        keys.press(Key { name, ..Key::default() })
    }

    #[test]
    fn g_and_a_letter_go_to_a_place_and_any_other_letter_does_not() {
        let mut keys = Keys::default();
        assert_eq!(press(&mut keys, "g"), None);
        assert_eq!(press(&mut keys, "f"), Some(Deed::Go(0)));
        assert_eq!(press(&mut keys, "f"), None, "alone it is nothing");
        press(&mut keys, "g");
        assert_eq!(press(&mut keys, "#"), None);
        assert_eq!(press(&mut keys, "f"), None, "the g is used up");
    }

    #[test]
    fn letters_typed_into_a_field_stay_letters_but_the_palette_opens_from_anywhere() {
        let mut keys = Keys::default();
        for name in ["?", "/", "g", "k"] {
            assert_eq!(keys.press(Key { name, is_typing: true, ..Key::default() }), None);
        }
        let key = Key { name: "k", is_typing: true, has_command: true, ..Key::default() };
        assert_eq!(keys.press(key), Some(Deed::Palette));
        assert_eq!(press(&mut keys, "?"), Some(Deed::Help));
    }

    #[test]
    fn what_the_browser_and_the_system_use_is_left_to_them() {
        let mut keys = Keys::default();
        let key = Key { name: "f", has_command: true, ..Key::default() };
        assert_eq!(keys.press(key), None);
        let key = Key { name: "?", has_alt: true, ..Key::default() };
        assert_eq!(keys.press(key), None);
    }
}
