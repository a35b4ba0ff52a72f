//! Reading values of the page that may be anything: what is not there, throws, or is of another
//! sort, reads as nothing.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// `value[name]`, unless it is null or undefined.
pub(super) fn get(value: &JsValue, name: &str) -> Option<JsValue> {
    // Reading from a primitive throws in `Reflect.get`; a getter of the page may throw as well.
    let found = Reflect::get(value, &JsValue::from_str(name)).ok()?;
    (!found.is_null() && !found.is_undefined()).then_some(found)
}

/// The first of these properties that is there.
pub(super) fn first(value: &JsValue, names: &[&str]) -> Option<JsValue> {
    names.iter().find_map(|name| get(value, name))
}

/// The value as text: strings as they are, numbers as JavaScript writes them.
pub(super) fn text(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| {
        let number: js_sys::Number = value.as_f64()?.into();
        number.to_string_with_radix(10).ok()?.as_string()
    })
}

/// The value as a finite number; also from text such as `19.90`.
pub(super) fn number(value: &JsValue) -> Option<f64> {
    let number = match value.as_f64() {
        Some(number) => number,
        None if value.is_string() => js_sys::Number::parse_float(&value.as_string()?),
        None => return None,
    };
    number.is_finite().then_some(number)
}

/// The value as the number of a campaign.
pub(super) fn small(value: &JsValue) -> Option<u16> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    number(value).map(|number| number as u16)
}

/// The value as a list: an array's elements, or the value alone.
pub(super) fn list(value: JsValue) -> Array {
    if Array::is_array(&value) { value.unchecked_into() } else { Array::of1(&value) }
}
