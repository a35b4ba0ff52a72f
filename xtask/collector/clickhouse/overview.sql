-- table r
SELECT * FROM asked WHERE kind IN ('viewed', 'dwell', 'added', 'cart_stands', 'checkout_began', 'purchased')

-- table visits
SELECT
    visit,
    {visitor} AS who,
    countIf(kind = 'viewed') AS n,
    countIf(kind = 'viewed' AND detail = 1) AS by_loader,
    countIf(kind IN ('added', 'cart_stands') AND number > 0) > 0 AS has_cart,
    countIf(kind = 'checkout_began' OR (kind = 'viewed' AND page IN ('checkout', 'payment'))) > 0 AS has_checkout
FROM r GROUP BY visit

-- table dwells
SELECT maxIf(number, kind = 'dwell') AS ms
FROM (
    SELECT visit, run, kind, number,
           countIf(kind = 'viewed') OVER (PARTITION BY visit, run ORDER BY at, ordinal
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS nth
    FROM r WHERE kind IN ('viewed', 'dwell')
)
WHERE nth > 0 GROUP BY visit, run, nth

-- table width
WITH
    arrayMap(it -> it * 60000, [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200]) AS widths,
    arrayFilter(it -> ceil(({to} - {from}) / it) <= 48, widths) AS fitting
SELECT toInt64(if(empty(fitting), ceil(({to} - {from}) / 48), fitting[1])) AS ms

-- table happened
SELECT
    intDiv(at - {from}, ms) AS slice,
    uniqExactIf(visit, kind = 'viewed') AS sessions,
    countIf(kind = 'viewed') AS views,
    countIf(kind = 'purchased') AS purchases
FROM r CROSS JOIN width WHERE kind IN ('viewed', 'purchased') GROUP BY slice

-- rows series
SELECT {from} + slices.slice * ms AS `from`,
       ifNull(h.sessions, 0) AS sessions, ifNull(h.views, 0) AS views, ifNull(h.purchases, 0) AS purchases
FROM (SELECT ms, toInt64(arrayJoin(range(toUInt64(ceil(({to} - {from}) / ms))))) AS slice FROM width) AS slices
LEFT JOIN happened AS h ON h.slice = slices.slice
ORDER BY slices.slice

-- fields
SELECT
    {from} AS `from`,
    {to} AS `to`,
    -- Conversations lie in no Parquet file, and the month has none.
    0 AS conversations,
    countIf(n > 0) AS sessions,
    uniqExactIf(who, n > 0 AND who != '') AS visitors,
    sum(n) AS views,
    sum(by_loader) AS loader_views,
    countIf(has_cart) AS carts,
    countIf(has_checkout) AS checkouts
FROM visits

-- fields
SELECT lower_median(groupArray(ms)) AS dwell_ms_median FROM dwells

-- fields
SELECT count() AS purchases, amounts(groupArray((currency, value))) AS revenue FROM r WHERE kind = 'purchased'
