WITH r AS (
    SELECT * FROM asked
    WHERE kind IN ('viewed', 'dwell', 'added', 'cart_stands', 'checkout_began', 'purchased')
),
visits AS (
    SELECT
        visit,
        first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL) AS visitor,
        count(*) FILTER (kind = 'viewed') AS views,
        count(*) FILTER (kind = 'viewed' AND detail = 1) AS loader_views,
        bool_or(kind IN ('added', 'cart_stands') AND number > 0) AS has_cart,
        bool_or(kind = 'checkout_began' OR kind = 'viewed' AND page IN ('checkout', 'payment')) AS has_checkout
    FROM r GROUP BY visit
),
views AS (
    SELECT max(number) FILTER (kind = 'dwell') AS dwell_ms FROM (
        SELECT visit, run, kind, number,
               count(*) FILTER (kind = 'viewed')
                   OVER (PARTITION BY visit, run ORDER BY "at", ordinal ROWS UNBOUNDED PRECEDING) AS nth
        FROM r WHERE kind IN ('viewed', 'dwell')
    ) WHERE nth > 0 GROUP BY visit, run, nth
),
width AS (
    SELECT coalesce(
        min(ms) FILTER (ceil((getvariable('span_to') - getvariable('span_from')) / ms) <= 48),
        ceil((getvariable('span_to') - getvariable('span_from')) / 48)
    )::BIGINT AS ms
    FROM (SELECT unnest([1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200]::BIGINT[]) * 60000 AS ms)
),
happened AS (
    SELECT ("at" - getvariable('span_from')) // (SELECT ms FROM width) AS slice,
           count(DISTINCT visit) FILTER (kind = 'viewed') AS sessions,
           count(*) FILTER (kind = 'viewed') AS views,
           count(*) FILTER (kind = 'purchased') AS purchases
    FROM r WHERE kind IN ('viewed', 'purchased') GROUP BY slice
),
series AS (
    SELECT list({
        'from': start, 'sessions': coalesce(sessions, 0), 'views': coalesce(views, 0),
        'purchases': coalesce(purchases, 0)
    } ORDER BY start) AS slices
    FROM (SELECT unnest(range(getvariable('span_from'), getvariable('span_to'), (SELECT ms FROM width))) AS start)
    LEFT JOIN happened ON slice = (start - getvariable('span_from')) // (SELECT ms FROM width)
)
SELECT {
    'from': getvariable('span_from'),
    'to': getvariable('span_to'),
    'sessions': (SELECT count(*) FROM visits WHERE views > 0),
    'visitors': (SELECT count(DISTINCT visitor) FROM visits WHERE views > 0),
    'views': (SELECT coalesce(sum(views), 0)::BIGINT FROM visits),
    'loader_views': (SELECT coalesce(sum(loader_views), 0)::BIGINT FROM visits),
    'dwell_ms_median': (SELECT lower_median(list(dwell_ms) FILTER (dwell_ms IS NOT NULL)) FROM views),
    'carts': (SELECT count(*) FROM visits WHERE has_cart),
    'checkouts': (SELECT count(*) FROM visits WHERE has_checkout),
    'purchases': (SELECT count(*) FROM r WHERE kind = 'purchased'),
    'revenue': (SELECT amounts(coalesce(list({'currency': currency, 'minor': value}), [])) FROM r WHERE kind = 'purchased'),
    -- Conversations lie in no Parquet file, and the month has none.
    'conversations': 0,
    'series': (SELECT slices FROM series)
}
