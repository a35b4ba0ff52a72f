WITH r AS (SELECT * FROM asked WHERE kind IN ('cart_hesitation', 'cart_stands', 'purchased')),
persons AS (
    SELECT visit,
           coalesce(first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL), visit) AS person,
           last({'currency': currency, 'minor': value} ORDER BY "at", run, ordinal)
               FILTER (kind = 'cart_stands' AND number > 0) AS cart
    FROM r GROUP BY visit
),
placed AS (
    SELECT r.*, person, row_number() OVER (PARTITION BY visit ORDER BY "at", run, ordinal) AS position
    FROM r JOIN persons USING (visit)
),
bought AS (SELECT visit, max(position) AS position FROM placed WHERE kind = 'purchased' GROUP BY visit),
{causes},
shown AS (
    SELECT shown AS key, min(place) AS place, count(*) AS sessions, count(DISTINCT c_merged.person) AS people,
           count(*) FILTER (coalesce(bought.position > c_merged.position, false)) AS bought,
           amounts(coalesce(list(cart), [])) AS carts,
           amounts(coalesce(list(cart) FILTER (NOT coalesce(bought.position > c_merged.position, false)), [])) AS lost
    FROM c_merged JOIN persons USING (visit) LEFT JOIN bought USING (visit)
    GROUP BY shown
)
SELECT {
    'rows': (SELECT coalesce(list({
            'cause': cause_name(key), 'sessions': sessions, 'people': people, 'bought': bought,
            'carts': carts, 'lost': lost
        } ORDER BY place) FILTER (key IS NOT NULL), []) FROM shown),
    'other': (SELECT any_value({
            'cause': '', 'sessions': sessions, 'people': people, 'bought': bought, 'carts': carts, 'lost': lost
        }) FROM shown WHERE key IS NULL AND (SELECT yes FROM c_is_told))
}
