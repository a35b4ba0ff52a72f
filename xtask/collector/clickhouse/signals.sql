-- table r
SELECT * FROM asked WHERE kind IN (
    'exit_intent', 'dwell', 'product_dwell', 'scroll_reach', 'cart_hesitation', 'rage_click', 'tab_hidden', 'tab_returned',
    'scroll_exit', 'dead_click', 'thrash', 'comparing', 'form_trouble', 'search_miss', 'fading', 'waiting', 'bot_evidence')

-- table persons
SELECT visit, {person} AS person FROM r GROUP BY visit

-- table s_facts
SELECT kind AS key, r.visit AS visit, any(person) AS person, count() AS times
FROM r JOIN persons ON persons.visit = r.visit
WHERE kind != 'cart_hesitation' OR number > 0 GROUP BY key, visit

-- table s_ranked
SELECT *, row_number() OVER (ORDER BY n DESC, key) AS place
FROM (SELECT key, uniqExact(person) AS people, sum(times) AS n, count() AS sessions FROM s_facts GROUP BY key)

-- fold s 100

-- rows rows
SELECT key AS signal, n AS count, sessions FROM s_ranked WHERE key NOT IN (SELECT key FROM s_folded) ORDER BY place

-- one other
SELECT '' AS signal, sum(times) AS count, uniqExact(visit) AS sessions
FROM s_facts WHERE key IN (SELECT key FROM s_folded) HAVING (SELECT yes FROM s_told)

-- table c_facts
SELECT bit AS key, r.visit AS visit, any(person) AS person
FROM (SELECT visit, detail, arrayJoin([1, 2, 4, 8, 16, 32, 64, 128]) AS bit FROM r WHERE kind = 'cart_hesitation') AS r
JOIN persons ON persons.visit = r.visit
WHERE bitAnd(ifNull(detail, 0), bit) != 0 GROUP BY key, visit

-- table c_ranked
SELECT *, row_number() OVER (ORDER BY sessions DESC, key) AS place
FROM (SELECT key, uniqExact(person) AS people, count() AS sessions FROM c_facts GROUP BY key)

-- fold c 100

-- rows causes
SELECT cause_name(key) AS cause, sessions FROM c_ranked WHERE key NOT IN (SELECT key FROM c_folded) ORDER BY place

-- one other_causes
SELECT '' AS cause, uniqExact(visit) AS sessions
FROM c_facts WHERE key IN (SELECT key FROM c_folded) HAVING (SELECT yes FROM c_told)
