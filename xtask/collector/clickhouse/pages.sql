-- table r
SELECT * FROM asked WHERE kind IN ('viewed', 'dwell', 'scroll_reach')

-- table persons
SELECT visit, {person} AS person FROM r GROUP BY visit

-- table views
SELECT visit, anyIf(path, kind = 'viewed') AS key, anyIf(page, kind = 'viewed') AS sort, anyIf(at, kind = 'viewed') AS seen_at,
       maxIf(number, kind = 'dwell') AS dwell_ms, maxIf(number, kind = 'scroll_reach') AS reach
FROM (
    SELECT *, countIf(kind = 'viewed') OVER (PARTITION BY visit, run ORDER BY at, ordinal
                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS nth
    FROM r
)
WHERE nth > 0 GROUP BY visit, run, nth

-- table p_facts
SELECT views.*, person FROM views JOIN persons ON persons.visit = views.visit

-- table p_ranked
SELECT *, row_number() OVER (ORDER BY total DESC, n DESC, key) AS place
FROM (
    SELECT key, uniqExact(person) AS people, argMax(sort, (seen_at, sort)) AS page, count() AS n,
           lower_median(groupArray(dwell_ms)) AS median, ifNull(sum(dwell_ms), 0) AS total,
           intDiv(ifNull(sum(reach), 0), greatest(count(reach), 1)) AS reach_percent
    FROM p_facts GROUP BY key
)

-- fold p 100

-- rows rows
SELECT key AS path, page, n AS views, median AS dwell_ms_median, total AS dwell_ms_total, reach_percent
FROM p_ranked WHERE key NOT IN (SELECT key FROM p_folded) ORDER BY place

-- one other
SELECT '' AS path, '' AS page, sum(n) AS views, 0 AS dwell_ms_median, sum(total) AS dwell_ms_total, 0 AS reach_percent
FROM p_ranked WHERE key IN (SELECT key FROM p_folded) HAVING (SELECT yes FROM p_told)
