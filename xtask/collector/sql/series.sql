-- Variables: zone, unit (NULL: the shortest that makes at most 62 slices, else months).
WITH r AS (SELECT * FROM asked WHERE kind IN ('viewed', 'purchased')),
-- Clocks change, and hours begin, at quarters of an hour of UTC only.
quarters AS (
    SELECT slot, timezone(getvariable('zone'), epoch_ms(slot::BIGINT * 900000::BIGINT)::TIMESTAMPTZ) AS here
    FROM (SELECT unnest(range(
        (getvariable('span_from') - 32 * 86400000::BIGINT) // 900000::BIGINT,
        (getvariable('span_to') - 1) // 900000::BIGINT + 1)) AS slot)
),
clock AS (
    SELECT slot, here, (epoch_ms(here) - slot::BIGINT * 900000::BIGINT) // 60000 AS east_min FROM quarters
),
named AS (
    SELECT slot, unit, label FROM clock, LATERAL (VALUES
        ('hour', strftime(here, '%Y-%m-%dT%H:00') || CASE WHEN east_min < 0 THEN '-' ELSE '+' END
            || printf('%02d:%02d', abs(east_min) // 60, abs(east_min) % 60)),
        ('day', strftime(here, '%Y-%m-%d')),
        ('week', strftime(date_trunc('week', here), '%Y-%m-%d')),
        ('month', strftime(date_trunc('month', here), '%Y-%m-%d'))
    ) AS units(unit, label)
),
spans AS (
    SELECT unit, label, min(slot)::BIGINT * 900000::BIGINT AS start FROM named GROUP BY unit, label
    HAVING max(slot) >= getvariable('span_from') // 900000::BIGINT
),
chosen AS (
    SELECT coalesce(
        getvariable('unit'),
        (SELECT unit FROM (SELECT unit, count(*) AS slices FROM spans GROUP BY unit)
         WHERE slices <= 62
         ORDER BY list_position(['hour', 'day', 'week', 'month'], unit) LIMIT 1),
        'month') AS unit
),
placed AS (
    SELECT r.*, label FROM r JOIN named ON slot = "at" // 900000::BIGINT
    WHERE unit = (SELECT unit FROM chosen)
),
visitors AS (
    SELECT visit, first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL) AS visitor
    FROM r GROUP BY visit
),
counted AS (
    SELECT label,
           count(DISTINCT visit) FILTER (kind = 'viewed') AS sessions,
           count(DISTINCT visitors.visitor) FILTER (kind = 'viewed') AS visitors,
           count(*) FILTER (kind = 'viewed') AS views,
           count(*) FILTER (kind = 'purchased') AS purchases,
           amounts(coalesce(list({'currency': currency, 'minor': value}) FILTER (kind = 'purchased'), [])) AS revenue
    FROM placed JOIN visitors USING (visit) GROUP BY label
)
SELECT {
    'unit': (SELECT unit FROM chosen),
    'slices': (
        SELECT list({
            'from': start, 'label': label, 'sessions': coalesce(sessions, 0),
            'visitors': coalesce(visitors, 0), 'views': coalesce(views, 0),
            'purchases': coalesce(purchases, 0), 'revenue': coalesce(revenue, [])
        } ORDER BY start)
        FROM spans LEFT JOIN counted USING (label) WHERE unit = (SELECT unit FROM chosen))
}
