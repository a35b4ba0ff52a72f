// One campaign for each form an offer has. They never fire: tests show them by `nunchi("show", ID)`.

/** Never: no visit has so many views. */
const NEVER = { is: { what: "views", min: 1_000_000 } };
const CAPS = { per_view: 0, per_session: 0, per_day: 0, cooldown_s: 1 };

const offer = (id, name, action) => ({
  id, name, trigger: NEVER, variants: [{ weight: 1, action }], caps: CAPS, priority: 1, holdout_permille: 0, shadow: false,
});

const words = (title, body, accept = "", decline = "") => ({ title, body, accept, decline });

/** Won a teapot costs; the demo shop counts in won. */
export const GOAL = 50_000;

/** By name: what tests ask for. */
export const FORMS = {
  card: offer(101, "card", {
    offer: {
      form: "card", link: "/c/tea",
      copy: {
        en: words("Tea tastes better in company", "Spend an afternoon with {product.name|our teas}. Ordered before two, with you tomorrow.", "See all teas", "No, thanks"),
        ko: words("차는 함께 마실 때 더 좋아요", "{product.name|저희 차}와 함께 오후를 보내 보세요. 두 시 전에 주문하시면 내일 도착해요.", "차 둘러보기", "괜찮아요"),
      },
    },
  }),
  coupon: offer(102, "coupon", {
    offer: {
      form: "card", coupon: "SPRING10", link: "/cart",
      copy: {
        en: words("Here is 10% off", "For what is in your cart, until midnight.", "To the cart", "No, thanks"),
        ko: words("10% 할인 쿠폰을 드려요", "장바구니에 담긴 상품에 오늘 자정까지 쓰실 수 있어요.", "장바구니로", "괜찮아요"),
      },
    },
  }),
  dialog: offer(103, "dialog", {
    offer: {
      form: "dialog", link: "/c/tea",
      copy: {
        en: words("The first harvest is here", "Picked before the April rain, fired by hand, and gone by June.", "Have a look", "Not now"),
        ko: words("햇차가 나왔어요", "곡우 전에 따서 손으로 덖은 우전입니다. 유월이면 다 나가요.", "보러 가기", "다음에요"),
      },
    },
  }),
  barTop: offer(104, "bar at the top", {
    offer: {
      form: "bar_top", link: "/help",
      copy: {
        en: words("We ship on Saturdays, too", "Order until noon.", "How it works"),
        ko: words("토요일에도 발송해요", "정오까지 주문해 주세요.", "자세히 보기"),
      },
    },
  }),
  progress: offer(105, "free shipping", {
    offer: {
      form: "bar_bottom", content: { progress: { goal: { minor: GOAL, currency: "KRW" } } }, link: "/",
      copy: {
        en: words("{cart.missing} more and shipping is free", "Your order ships free of charge", "Keep browsing"),
        ko: words("{cart.missing} 더 담으시면 무료 배송이에요", "무료로 배송해 드려요", "더 둘러보기"),
      },
    },
  }),
  survey: offer(106, "survey", {
    offer: {
      form: "card", content: "survey",
      copy: {
        en: words("How easy was it to find what you wanted?", "Search\nDescriptions\nPrices\nDelivery"),
        ko: words("원하시는 상품을 쉽게 찾으셨나요?", "검색\n상품 설명\n가격\n배송"),
      },
    },
  }),
  callback: offer(107, "callback", {
    offer: {
      form: "card", content: "callback",
      copy: {
        en: words("Shall we call you?", "Somebody who knows our teas rings you back when it suits you.", "Choose a time", "No, thanks"),
        ko: words("전화를 드릴까요?", "차를 잘 아는 직원이 편하신 시간에 전화드려요.", "시간 고르기", "괜찮아요"),
      },
    },
  }),
  slot: offer(108, "in the page", {
    offer: {
      form: { slot: "below" }, link: "/c/tea",
      copy: {
        en: words("A gift box for {shop}", "Folded from mulberry paper.", "See boxes"),
        ko: words("{shop}의 선물 상자", "닥종이로 접었어요.", "상자 보기"),
      },
    },
  }),
  products: offer(109, "goes with it", {
    offer: {
      form: "card", content: "products",
      copy: {
        en: words("Often bought together", "", "", ""),
        ko: words("함께 많이 구매해요", "", "", ""),
      },
    },
  }),
  pool: offer(110, "coupon of a pool", {
    offer: {
      form: "card", coupon: "pool:spring",
      copy: {
        en: words("A coupon of your own", "It works once, for {product.name|anything here}.", "Copy", "No, thanks"),
        ko: words("고객님만의 쿠폰", "{product.name|모든 상품}에 한 번 쓰실 수 있어요.", "복사하기", "괜찮아요"),
      },
    },
  }),
};

/** Where nothing is known of a product, and nothing is said instead. */
export const UNFILLED = offer(120, "unfilled", {
  offer: { form: "card", copy: { en: words("{product.price} only", "b", "", "No") } },
});
