//! Whether every slot in a campaign's texts is one, and can be filled where the text stands.

use alloc::vec::Vec;

use super::said::both;
use super::{Find, Said, Severity};
use crate::campaign::{Action, Campaign, Content, Copy};
use crate::slots::{NAMES, Piece, Slot, each};

pub(super) fn slots(campaign: &Campaign, find: &mut Find<'_>) {
    for (place, variant) in campaign.variants.iter().enumerate() {
        let (content, coupon, copy) = match &variant.action {
            Action::Offer { content, coupon, copy, .. } => (*content, coupon.as_str(), copy),
            Action::Invite { copy } => (Content::Text, "", copy),
        };
        for (tag, Copy { title, body, accept, decline }) in copy.iter() {
            for text in [title, body, accept, decline] {
                each(text, &mut |piece| {
                    if let Some((severity, code, Said { en, ko })) = trouble(piece, content, coupon)
                    {
                        let said =
                            both!("variant {place}, {tag}: {en}", "변형 {place}, {tag}: {ko}");
                        find(severity, code, said);
                    }
                });
            }
        }
    }
}

type Trouble = (Severity, &'static str, Said);

fn trouble(piece: Piece<'_>, content: Content, coupon: &str) -> Option<Trouble> {
    let (slot, fallback) = match piece {
        Piece::Plain(_) => return None,
        Piece::Unknown(name) => {
            let known: Vec<&str> = NAMES.iter().map(|it| it.0).collect();
            let known = known.join(", ");
            let said = both!(
                "`{{{name}}}` is no slot: there are {known}",
                "`{{{name}}}`은(는) 채울 자리가 아니에요. 있는 것: {known}"
            );
            return Some((Severity::Error, "unknown_slot", said));
        }
        Piece::Named(slot, fallback) => (slot, fallback),
    };
    let name = NAMES.iter().find(|it| it.1 == slot).map_or("", |it| it.0);
    let is_never_filled = match slot {
        Slot::CartMissing => !matches!(content, Content::Progress { .. }),
        Slot::Coupon => coupon.is_empty(),
        _ => false,
    };
    if is_never_filled {
        let said = both!(
            "nothing ever fills `{{{name}}}` here",
            "여기서는 `{{{name}}}` 자리를 채울 것이 없어요"
        );
        return Some((Severity::Error, "slot_never_filled", said));
    }
    let is_of_page = matches!(slot, Slot::ProductName | Slot::ProductPrice);
    (is_of_page && fallback.is_none()).then(|| {
        let said = both!(
            "where the page tells no product it is not shown; write `{{{name}|…}}` with what to say then",
            "상품이 없는 페이지에서는 보이지 않아요. 그때 할 말을 `{{{name}|…}}`처럼 적으세요"
        );
        (Severity::Hint, "slot_may_be_empty", said)
    })
}
