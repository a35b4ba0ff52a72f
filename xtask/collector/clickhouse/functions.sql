-- Sums of (currency, minor), one for each currency that occurs, in the order of their codes.
CREATE OR REPLACE FUNCTION amounts AS (money) ->
    arrayMap(
        code -> CAST(
            (code, arraySum(arrayMap(it -> it.2, arrayFilter(it -> it.1 = code, money)))),
            'Tuple(currency String, minor Int64)'),
        arraySort(arrayDistinct(arrayMap(it -> it.1, money))));

-- The lower of the two in the middle; of none, 0.
CREATE OR REPLACE FUNCTION lower_median AS (numbers) ->
    if(empty(numbers), 0, arraySort(numbers)[greatest(intDiv(length(numbers) + 1, 2), 1)]);

-- A cause of hesitation, by its bit.
CREATE OR REPLACE FUNCTION cause_name AS (bit) ->
    transform(bit, [1, 2, 4, 8, 16, 32, 64, 128],
        ['price_pause', 'idle_cart', 'to_and_fro', 'step_back', 'coupon_empty', 'shipping_shock', 'tab_switch',
         'add_remove_add'], '');
