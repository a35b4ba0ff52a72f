-- table ways
SELECT * FROM (
    SELECT visit, {person} AS person, countIf(kind = 'purchased') > 0 AS has_bought,
           arrayCompact(arrayMap(it -> it.2, arraySort(groupArrayIf((place, {step}), kind = 'viewed')))) AS way
    FROM asked WHERE kind IN ('viewed', 'purchased') GROUP BY visit
)
WHERE notEmpty(way)

-- table paths_facts
SELECT toString(arraySlice(way, 1, {depth})) AS key, arraySlice(way, 1, {depth}) AS begin, person, has_bought,
       length(way) <= {depth} AS is_whole
FROM ways

-- table paths_ranked
SELECT *, row_number() OVER (ORDER BY sessions DESC, begin) AS place
FROM (
    SELECT key, any(begin) AS begin, count() AS sessions, uniqExact(person) AS people, countIf(is_whole) AS ended,
           countIf(has_bought) AS bought
    FROM paths_facts GROUP BY key
)

-- fold paths 50

-- rows paths
SELECT begin AS steps, sessions, people, ended, bought
FROM paths_ranked WHERE key NOT IN (SELECT key FROM paths_folded) ORDER BY place

-- one other
SELECT CAST([] AS Array(String)) AS steps, count() AS sessions, uniqExact(person) AS people, countIf(is_whole) AS ended,
       countIf(has_bought) AS bought
FROM paths_facts WHERE key IN (SELECT key FROM paths_folded) HAVING (SELECT yes FROM paths_told)

-- table ends_facts
SELECT way[-1] AS key, person, has_bought FROM ways

-- table ends_ranked
SELECT *, row_number() OVER (ORDER BY sessions DESC, key) AS place
FROM (
    SELECT key, count() AS sessions, uniqExact(person) AS people, countIf(has_bought) AS bought
    FROM ends_facts GROUP BY key
)

-- fold ends 50

-- rows ends
SELECT key AS page, sessions, people, bought
FROM ends_ranked WHERE key NOT IN (SELECT key FROM ends_folded) ORDER BY place

-- one other_ends
SELECT '' AS page, count() AS sessions, uniqExact(person) AS people, countIf(has_bought) AS bought
FROM ends_facts WHERE key IN (SELECT key FROM ends_folded) HAVING (SELECT yes FROM ends_told)
