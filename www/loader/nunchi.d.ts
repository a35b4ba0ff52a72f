// Types of `window.nunchi`, for shops that write TypeScript: copy this file into the project.
//
// A call made before the agent is there is kept and made then. Unknown names and wrong arguments do
// nothing; nothing is ever thrown.

/** What may be recorded and done. */
type NunchiConsent = 'denied' | 'unknown' | 'measure' | 'personalise';

/** One piece of GA4's `items`. */
interface NunchiItem {
  item_id: string;
  item_name?: string;
  item_category?: string;
  /** Of one piece, in the currency's usual notation: 12900 won, 19.90 euro. */
  price?: number | string;
  /** 1 if absent. */
  quantity?: number;
}

/** Parameters of GA4's ecommerce events, as far as they are read. */
interface NunchiEvent {
  /** ISO 4217. */
  currency?: string;
  value?: number | string;
  items?: NunchiItem[];
  /** Of a purchase: the order's number. */
  transaction_id?: string;
  /** Of a search: how many were found. The words are never read. */
  results?: number;
}

/** Events that mean something to the engine; any other name is a goal of the shop's own. */
type NunchiEventName =
  | 'view_item'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'view_cart'
  | 'begin_checkout'
  | 'add_shipping_info'
  | 'add_payment_info'
  | 'purchase'
  | 'search'
  | 'view_search_results'
  | 'login'
  | (string & {});

type NunchiPage =
  | 'other'
  | 'home'
  | 'category'
  | 'product'
  | 'search'
  | 'cart'
  | 'checkout'
  | 'payment'
  | 'thanks'
  | 'account';

interface Nunchi {
  /** States a fact. Not needed for what `dataLayer` or `gtag` say already. */
  (name: 'track', event: NunchiEventName, details?: NunchiEvent): void;
  /** Somebody is logged in; who is neither asked nor sent. */
  (name: 'identify', who?: { vip?: boolean }): void;
  /** What the visitor allows. Not needed where Consent Mode v2 is used. */
  (name: 'consent', level: NunchiConsent): void;
  /** A view that no change of address tells of. */
  (name: 'page', details?: { page?: NunchiPage }): void;
  /** Shows a published campaign to whoever is looking, judged by nobody. */
  (name: 'show', campaign: number): void;
  /** Opens the chat. */
  (name: 'open'): void;
  /** Turns the agent off for this page. */
  (name: 'off'): void;
  /** Wants to know what is about to be shown. */
  (
    name: 'on',
    what: 'action',
    f: (action: { campaign: number; variant: number; kind: 'card' | 'dialog' | 'invite' }) => void,
  ): void;
  /** Wants to know what is noticed. */
  (name: 'on', what: 'signal', f: (signal: { name: string; level?: number }) => void): void;
}

interface Window {
  nunchi: Nunchi;
}
