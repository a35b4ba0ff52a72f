//! What visitors, devices, pages and bands are called: in campaign files, in English, in Korean.

use beacon::item::{Device, PageKind, VisitorKind};

use super::Language;
use crate::model::Band;

/// What it is, its name in campaign files, and those for people in English and Korean. In the order of
/// the numbers on the wire.
pub(super) type Named<T> = (T, &'static str, [&'static str; 2]);

pub(super) const VISITORS: [Named<VisitorKind>; 3] = [
    (VisitorKind::New, "new", ["new", "처음 온 손님"]),
    (VisitorKind::Returning, "returning", ["returning", "다시 온 손님"]),
    (VisitorKind::Known, "known", ["known", "로그인한 손님"]),
];

pub(super) const DEVICES: [Named<Device>; 3] = [
    (Device::Desktop, "desktop", ["desktop", "컴퓨터"]),
    (Device::Phone, "phone", ["phone", "휴대전화"]),
    (Device::Tablet, "tablet", ["tablet", "태블릿"]),
];

pub(super) const PAGES: [Named<PageKind>; 10] = [
    (PageKind::Other, "other", ["other", "기타"]),
    (PageKind::Home, "home", ["home", "첫 화면"]),
    (PageKind::Category, "category", ["category", "목록"]),
    (PageKind::Product, "product", ["product", "상품"]),
    (PageKind::Search, "search", ["search", "검색"]),
    (PageKind::Cart, "cart", ["cart", "장바구니"]),
    (PageKind::Checkout, "checkout", ["checkout", "주문서"]),
    (PageKind::Payment, "payment", ["payment", "결제"]),
    (PageKind::Thanks, "thanks", ["thanks", "주문 완료"]),
    (PageKind::Account, "account", ["account", "내 계정"]),
];

pub(super) const BANDS: [Named<Band>; 3] = [
    (Band::Buys, "buys", ["buying anyway", "살 손님"]),
    (Band::Undecided, "undecided", ["undecided", "망설이는 손님"]),
    (Band::Leaves, "leaves", ["leaving", "떠나려는 손님"]),
];

/// The name for people.
pub(super) fn said<T>(name: &Named<T>, language: Language) -> &'static str {
    let [en, ko] = name.2;
    if language == Language::En { en } else { ko }
}
