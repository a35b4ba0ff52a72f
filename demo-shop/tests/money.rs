//! The cart's arithmetic, as properties over every cart somebody could fill.

use demo_shop::cart::{
    BYEOL_FROM, Cart, Coupon, CouponError, FREE_SHIPPING_FROM, LINES_MAX, QUANTITY_MAX, SHIPPING,
};
use demo_shop::catalogue::{Choice, find, products};
use demo_shop::money::Won;
use proptest::prelude::*;

fn cart(changes: &[(usize, usize, usize, u32)], coupon: Option<Coupon>) -> Cart {
    let mut cart = Cart::default();
    cart.coupon = coupon;
    for (product, colour, size, quantity) in changes {
        let product = &products()[product % products().len()];
        let colour = product.colours.get(colour % product.colours.len().max(1)).copied();
        let size = product.sizes.get(size % product.sizes.len().max(1));
        cart.set(Choice { product, colour, size }, *quantity);
    }
    cart
}

fn coupons() -> impl Strategy<Value = Option<Coupon>> {
    prop_oneof![Just(None), Just(Some(Coupon::Moon10)), Just(Some(Coupon::Byeol5000))]
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_its_parts(
        changes in prop::collection::vec((0..99usize, 0..9usize, 0..9usize, 0..20u32), 0..40),
        coupon in coupons(),
    ) {
        let cart = cart(&changes, coupon);
        let total = cart.total();
        let by_hand: i64 = cart.lines().iter().map(|line| {
            let extra = line.choice.size.map_or(0, |size| size.extra.0);
            (line.choice.product.price.0 + extra) * i64::from(line.quantity)
        }).sum();
        prop_assert_eq!(total.goods, Won(by_hand));
        prop_assert_eq!(total.to_pay(), total.goods - total.discount + total.shipping);
        prop_assert!(total.discount >= Won(0) && total.discount <= total.goods);
        prop_assert_eq!(total.shipping == Won(0), cart.is_empty() || total.value() >= FREE_SHIPPING_FROM);
        prop_assert_eq!(total.until_free, if total.shipping == Won(0) { Won(0) } else { FREE_SHIPPING_FROM - total.value() });
    }

    #[test]
    fn a_cart_keeps_its_limits_and_survives_its_cookie(
        changes in prop::collection::vec((0..99usize, 0..9usize, 0..9usize, 0..20u32), 0..60),
    ) {
        let cart = cart(&changes, None);
        prop_assert!(cart.lines().len() <= LINES_MAX);
        for line in cart.lines() {
            prop_assert!(line.quantity >= 1 && line.quantity <= QUANTITY_MAX);
            prop_assert!(line.quantity <= line.choice.product.stock);
        }
        prop_assert!(cart.encode().len() < 1_000);
        prop_assert_eq!(Cart::decode(&cart.encode(), ""), cart);
    }

    #[test]
    fn any_cookie_is_a_cart(text in ".{0,300}", coupon in ".{0,20}") {
        let cart = Cart::decode(&text, &coupon);
        prop_assert!(cart.lines().len() <= LINES_MAX);
    }
}

#[test]
fn shipping_is_free_from_the_threshold_and_not_a_won_below_it() {
    let mut cart = Cart::default();
    let plate = Choice::new(find("leaf-plate").unwrap(), None, None); // 26,000 won
    let tea = Choice::new(find("jakseol-green-tea").unwrap(), None, None); // 24,000 won
    cart.set(plate, 1);
    assert_eq!((cart.total().shipping, cart.total().until_free), (SHIPPING, Won(24_000)));
    cart.set(tea, 1);
    assert_eq!((cart.total().goods, cart.total().shipping), (Won(50_000), Won(0)));
    cart.coupon = Some(Coupon::Moon10);
    assert_eq!((cart.total().value(), cart.total().shipping), (Won(45_000), SHIPPING));
}

#[test]
fn coupons_say_why_they_do_not_hold() {
    assert_eq!(Coupon::parse(" moon10 "), Ok(Coupon::Moon10));
    assert_eq!(Coupon::parse(""), Err(CouponError::Empty));
    assert_eq!(Coupon::parse("CHUSEOK"), Err(CouponError::Expired));
    assert_eq!(Coupon::parse("MOON11"), Err(CouponError::Unknown));
    assert_eq!(Coupon::Byeol5000.discount(BYEOL_FROM), Ok(Won(5_000)));
    assert_eq!(Coupon::Byeol5000.discount(BYEOL_FROM - Won(1)), Err(CouponError::TooLittle));
    assert_eq!(Coupon::Moon10.discount(Won(42_005)), Ok(Won(4_200)));
}
