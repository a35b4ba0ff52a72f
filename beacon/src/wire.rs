//! The compact codec of everything that crosses a border: frames, packs, snapshots.
//!
//! Numbers are varints (signed ones in zigzag), texts and lists have their length before them,
//! structs are their fields in order, enums the number of their variant and its fields. These are
//! postcard's bytes, so serde's derives are the oracle in tests; they are written by hand because
//! derived *reading* alone was a sixth of what a page loads.
//!
//! A type says once what it is made of, by [`wire!`](crate::wire!), and can be written and read.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "bytes of a number; what is read was compared with the type's maximum"
)]

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// Bytes on their way out.
pub type Bytes = Vec<u8>;

/// What can be written as bytes and read back.
pub trait Wire: Sized {
    /// Appends the value's bytes.
    fn write(&self, to: &mut Bytes);

    /// Reads what [`Self::write`] wrote. From a broken reader comes something meaningless.
    fn read(from: &mut Reader<'_>) -> Self;
}

/// The value's bytes, after a version.
pub fn to_versioned(version: u8, value: &impl Wire) -> Bytes {
    let mut bytes = Bytes::new();
    bytes.push(version);
    value.write(&mut bytes);
    bytes
}

/// The value's bytes.
pub fn to_bytes(value: &impl Wire) -> Bytes {
    let mut bytes = Bytes::new();
    value.write(&mut bytes);
    bytes
}

/// The value that these bytes are, all of them; `None` when they are none.
pub fn from_bytes<T: Wire>(bytes: &[u8]) -> Option<T> {
    let mut from = Reader::new(bytes);
    let value = T::read(&mut from);
    from.is_done().then_some(value)
}

/// Bytes being read. It breaks at the first byte that makes no sense and then gives zeros, so that
/// callers ask once, at the end: most of a reader would else be ways out of it.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    is_broken: bool,
    level: u8,
}

impl<'a> Reader<'a> {
    /// A reader from the first byte on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, is_broken: false, level: 0 }
    }

    /// Whether all bytes were read and made sense.
    pub fn is_done(&self) -> bool {
        self.rest.is_empty() && !self.is_broken
    }

    /// Whether something made no sense.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// Says that what was read makes no sense.
    pub fn refuse(&mut self) {
        self.rest = &[];
        self.is_broken = true;
    }

    /// The next byte.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.rest.split_first() else {
            self.refuse();
            return 0;
        };
        self.rest = rest;
        byte
    }

    /// A number of at most `max`.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn number(&mut self, max: u64) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= u64::from(byte & 0x7f) << shift;
            // The tenth byte has room for one bit.
            if shift == 63 && byte > 1 {
                self.refuse();
            }
            if byte < 0x80 || shift == 63 {
                break;
            }
            shift += 7;
        }
        if value > max {
            self.refuse();
        }
        if self.is_broken { 0 } else { value }
    }

    /// Bytes with their length before them.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = self.length();
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else {
            self.refuse();
            return &[];
        };
        self.rest = rest;
        bytes
    }

    /// A text with its length before it.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn text(&mut self) -> &'a str {
        let bytes = self.bytes();
        // All at once is faster, in twice the code: pages go by chunks.
        let text = if cfg!(target_arch = "wasm32") {
            bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
        } else {
            str::from_utf8(bytes).unwrap_or_default()
        };
        if text.len() < bytes.len() {
            self.refuse();
            return "";
        }
        text
    }

    /// The bytes that `read` takes.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn taken(&mut self, read: &mut dyn FnMut(&mut Self)) -> &'a [u8] {
        let all = self.rest;
        read(self);
        all.get(..all.len() - self.rest.len()).unwrap_or_default()
    }

    /// A length: no more than bytes are left, since nothing takes less than one.
    fn length(&mut self) -> usize {
        usize::try_from(self.number(self.rest.len() as u64)).unwrap_or(0)
    }

    /// Reads the parts of a list. One loop for lists of all types.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn each(&mut self, read: &mut dyn FnMut(&mut Self)) {
        self.enter();
        for _ in 0..self.length() {
            if self.is_broken {
                break;
            }
            read(self);
        }
        self.level -= 1;
    }

    /// What follows may hold its like, at most [`LEVEL_MAX`] deep.
    fn enter(&mut self) {
        self.level += 1;
        if self.level > LEVEL_MAX {
            self.refuse();
        }
    }
}

/// How deep lists and boxes may lie in each other, so that no bytes exhaust the stack.
const LEVEL_MAX: u8 = 16;

/// Appends a byte.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn write_byte(byte: u8, to: &mut Bytes) {
    to.push(byte);
}

/// Appends a number.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn write_number(mut value: u64, to: &mut Bytes) {
    while value >= 0x80 {
        write_byte(value as u8 | 0x80, to);
        value >>= 7;
    }
    write_byte(value as u8, to);
}

/// Appends bytes with their length before them.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn write_bytes(bytes: &[u8], to: &mut Bytes) {
    write_number(bytes.len() as u64, to);
    to.extend_from_slice(bytes);
}

impl Wire for u8 {
    fn write(&self, to: &mut Bytes) {
        write_byte(*self, to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        from.byte()
    }
}

impl Wire for bool {
    fn write(&self, to: &mut Bytes) {
        write_byte(u8::from(*self), to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let byte = from.byte();
        if byte > 1 {
            from.refuse();
        }
        byte == 1
    }
}

macro_rules! unsigned {
    ($($number:ident),*) => {$(
        impl Wire for $number {
            fn write(&self, to: &mut Bytes) {
                write_number(u64::from(*self), to);
            }

            fn read(from: &mut Reader<'_>) -> Self {
                from.number(u64::from(Self::MAX)) as Self
            }
        }
    )*};
}

unsigned!(u16, u32, u64);

macro_rules! signed {
    ($($number:ident as $unsigned:ident),*) => {$(
        impl Wire for $number {
            fn write(&self, to: &mut Bytes) {
                let value = i64::from(*self);
                write_number((value << 1 ^ value >> 63) as u64, to);
            }

            fn read(from: &mut Reader<'_>) -> Self {
                let value = from.number(u64::from($unsigned::MAX));
                ((value >> 1) as i64 ^ -((value & 1) as i64)) as Self
            }
        }
    )*};
}

signed!(i16 as u16, i32 as u32, i64 as u64);

impl Wire for String {
    fn write(&self, to: &mut Bytes) {
        write_bytes(self.as_bytes(), to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        from.text().into()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, to: &mut Bytes) {
        self.is_some().write(to);
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Self {
        if bool::read(from) { Some(T::read(from)) } else { None }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, to: &mut Bytes) {
        write_number(self.len() as u64, to);
        for part in self {
            part.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let mut list = Self::new();
        from.each(&mut |from| list.push(T::read(from)));
        list
    }
}

impl<T: Wire> Wire for Box<T> {
    fn write(&self, to: &mut Bytes) {
        (**self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        from.enter();
        let value = T::read(from);
        from.level -= 1;
        Self::new(value)
    }
}

impl<T: Wire, const N: usize> Wire for [T; N] {
    fn write(&self, to: &mut Bytes) {
        for part in self {
            part.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Self {
        core::array::from_fn(|_| T::read(from))
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, to: &mut Bytes) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        (A::read(from), B::read(from))
    }
}

/// Says of what a type's bytes are made: a struct's fields in order, or an enum's variants, each
/// with its number on the wire.
///
/// ```
/// #[derive(PartialEq, Debug)]
/// enum Shape { Dot, Circle { radius: u16 }, Line(u16, u16) }
/// beacon::wire!(enum Shape { 0 => Dot, 1 => Circle { radius }, 2 => Line(from, to) });
///
/// assert_eq!(beacon::wire::to_bytes(&Shape::Line(3, 4)), [2, 3, 4]);
/// assert_eq!(beacon::wire::from_bytes(&[1, 200, 1]), Some(Shape::Circle { radius: 200 }));
/// assert_eq!(beacon::wire::from_bytes::<Shape>(&[3]), None);
/// ```
#[macro_export]
macro_rules! wire {
    (struct $name:ident { $($field:ident),* $(; not $($left:ident),*)? $(,)? }) => {
        impl $crate::wire::Wire for $name {
            fn write(&self, to: &mut $crate::wire::Bytes) {
                $($crate::wire::Wire::write(&self.$field, to);)*
            }

            fn read(from: &mut $crate::wire::Reader<'_>) -> Self {
                Self {
                    $($field: $crate::wire::Wire::read(from),)*
                    $($($left: ::core::default::Default::default(),)*)?
                }
            }
        }
    };
    (struct $name:ident ($part:ident)) => {
        impl $crate::wire::Wire for $name {
            fn write(&self, to: &mut $crate::wire::Bytes) {
                $crate::wire::Wire::write(&self.0, to);
            }

            fn read(from: &mut $crate::wire::Reader<'_>) -> Self {
                Self($crate::wire::Wire::read(from))
            }
        }
    };
    (enum $name:ident {
        0 => $first:ident $(($($first_part:ident),*))? $({ $($first_field:ident),* })?
        $(, $number:literal => $variant:ident $(($($part:ident),*))? $({ $($field:ident),* })?)*
        $(,)?
    }) => {
        impl $crate::wire::Wire for $name {
            fn write(&self, to: &mut $crate::wire::Bytes) {
                // Apart from what follows it the number is but what the variant is in memory.
                $crate::wire::write_byte(
                    match self {
                        Self::$first { .. } => 0,
                        $(Self::$variant { .. } => $number,)*
                    },
                    to,
                );
                match self {
                    Self::$first $(($($first_part),*))? $({ $($first_field),* })? => {
                        $($($crate::wire::Wire::write($first_part, to);)*)?
                        $($($crate::wire::Wire::write($first_field, to);)*)?
                    }
                    $(Self::$variant $(($($part),*))? $({ $($field),* })? => {
                        $($($crate::wire::Wire::write($part, to);)*)?
                        $($($crate::wire::Wire::write($field, to);)*)?
                    })*
                }
            }

            fn read(from: &mut $crate::wire::Reader<'_>) -> Self {
                match from.byte() {
                    $($number => {
                        $($(let $part = $crate::wire::Wire::read(from);)*)?
                        Self::$variant $(($($part),*))?
                            $({ $($field: $crate::wire::Wire::read(from)),* })?
                    })*
                    number => {
                        if number > 0 {
                            from.refuse();
                        }
                        $($(let $first_part = $crate::wire::Wire::read(from);)*)?
                        Self::$first $(($($first_part),*))?
                            $({ $($first_field: $crate::wire::Wire::read(from)),* })?
                    }
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::from_bytes;

    #[test]
    fn a_text_that_ends_too_early_is_none() {
        assert_eq!(from_bytes::<String>(b"\x02ab"), Some("ab".into()));
        for short in [b"\x03ab".as_slice(), b"\x04ab", b"\x01", b""] {
            assert_eq!(from_bytes::<String>(short), None, "{short:?}");
        }
    }
}
