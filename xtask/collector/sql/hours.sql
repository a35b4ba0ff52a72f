-- Variable: zone. Weekdays count from Monday, 0.
WITH r AS (
    SELECT *, timezone(getvariable('zone'), epoch_ms("at"::BIGINT)::TIMESTAMPTZ) AS here FROM asked
    WHERE kind IN ('viewed', 'purchased') OR kind = 'cart_hesitation' AND number > 0
),
counted AS (
    SELECT isodow(here) - 1 AS weekday, hour(here) AS hour,
           count(DISTINCT visit) FILTER (kind = 'viewed') AS sessions,
           count(DISTINCT visit) FILTER (kind = 'cart_hesitation') AS hesitated,
           count(*) FILTER (kind = 'purchased') AS purchases
    FROM r GROUP BY ALL
)
SELECT {
    'rows': coalesce((
        SELECT list({
            'weekday': weekday, 'hour': hour, 'sessions': sessions, 'hesitated': hesitated, 'purchases': purchases
        } ORDER BY weekday, hour) FROM counted), [])
}
