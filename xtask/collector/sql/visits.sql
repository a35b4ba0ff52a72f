-- For audiences and sources: visits with a view, and what is counted of each.
visits AS (
    SELECT
        visit,
        coalesce(first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL), visit) AS person,
        count(*) FILTER (kind = 'viewed') AS views,
        bool_or(kind IN ('added', 'cart_stands') AND number > 0) AS has_cart,
        count(*) FILTER (kind = 'purchased') AS purchases,
        coalesce(list({'currency': currency, 'minor': value}) FILTER (kind = 'purchased'), []) AS paid
    FROM asked WHERE kind IN ('began', 'remembered', 'viewed', 'added', 'cart_stands', 'purchased')
    GROUP BY visit HAVING count(*) FILTER (kind = 'viewed') > 0
),
what AS (SELECT visits.*, told.* EXCLUDE (visit) FROM visits JOIN told USING (visit))
