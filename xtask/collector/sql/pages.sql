WITH r AS (SELECT * FROM asked WHERE kind IN ('viewed', 'dwell', 'scroll_reach')),
persons AS (
    SELECT visit, coalesce(first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL), visit) AS person
    FROM r GROUP BY visit
),
views AS (
    SELECT visit,
           coalesce(any_value(path) FILTER (kind = 'viewed'), '') AS key,
           coalesce(any_value(page) FILTER (kind = 'viewed'), '') AS page,
           any_value("at") FILTER (kind = 'viewed') AS "at",
           max(number) FILTER (kind = 'dwell') AS dwell_ms,
           max(number) FILTER (kind = 'scroll_reach') AS reach
    FROM (
        SELECT *, count(*) FILTER (kind = 'viewed')
                   OVER (PARTITION BY visit, run ORDER BY "at", ordinal ROWS UNBOUNDED PRECEDING) AS nth
        FROM r
    ) WHERE nth > 0 GROUP BY visit, run, nth
),
p_facts AS (SELECT * FROM views JOIN persons USING (visit)),
p_rows AS (
    SELECT key, max_by(page, {'at': "at", 'page': page}) AS page, count(*) AS views,
           count(DISTINCT person) AS people,
           lower_median(list(dwell_ms) FILTER (dwell_ms IS NOT NULL)) AS dwell_ms_median,
           coalesce(sum(dwell_ms), 0)::BIGINT AS dwell_ms_total,
           coalesce(sum(reach) // count(reach), 0)::BIGINT AS reach_percent
    FROM p_facts GROUP BY key
),
p_ranked AS (
    SELECT *, row_number() OVER (ORDER BY dwell_ms_total DESC, views DESC, key) AS place FROM p_rows
),
p_folk AS (SELECT DISTINCT key, person FROM p_facts),
{fold}
SELECT {
    'rows': (SELECT coalesce(list({
            'path': key, 'page': page, 'views': views, 'dwell_ms_median': dwell_ms_median,
            'dwell_ms_total': dwell_ms_total, 'reach_percent': reach_percent
        } ORDER BY place), []) FROM p_ranked WHERE key NOT IN (SELECT key FROM p_folded)),
    'other': (SELECT {
            'path': '', 'page': '', 'views': sum(views)::BIGINT, 'dwell_ms_median': 0,
            'dwell_ms_total': sum(dwell_ms_total)::BIGINT, 'reach_percent': 0
        } FROM p_ranked WHERE key IN (SELECT key FROM p_folded) HAVING (SELECT yes FROM p_is_told))
}
