WITH r AS (
    SELECT * FROM asked WHERE kind IN (
        'exit_intent', 'dwell', 'product_dwell', 'scroll_reach', 'cart_hesitation', 'rage_click',
        'tab_hidden', 'tab_returned', 'scroll_exit', 'dead_click', 'thrash', 'comparing', 'form_trouble',
        'search_miss', 'fading', 'waiting', 'bot_evidence')
),
persons AS (
    SELECT visit, coalesce(first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL), visit) AS person
    FROM r GROUP BY visit
),
placed AS (
    SELECT r.*, person, row_number() OVER (PARTITION BY visit ORDER BY "at", run, ordinal) AS position
    FROM r JOIN persons USING (visit)
),
s_facts AS (
    SELECT kind AS key, visit, any_value(person) AS person, count(*) AS times
    FROM placed WHERE kind <> 'cart_hesitation' OR number > 0 GROUP BY kind, visit
),
s_ranked AS (
    SELECT key, count(DISTINCT person) AS people, sum(times)::BIGINT AS count, count(*) AS sessions,
           row_number() OVER (ORDER BY sum(times) DESC, key) AS place
    FROM s_facts GROUP BY key
),
s_folk AS (SELECT DISTINCT key, person FROM s_facts),
{fold_signals},
{causes}
SELECT {
    'rows': (SELECT coalesce(list({'signal': key, 'count': count, 'sessions': sessions} ORDER BY place), [])
        FROM s_ranked WHERE key NOT IN (SELECT key FROM s_folded)),
    'other': (SELECT {'signal': '', 'count': sum(times)::BIGINT, 'sessions': count(DISTINCT visit)}
        FROM s_facts WHERE key IN (SELECT key FROM s_folded) HAVING (SELECT yes FROM s_is_told)),
    'causes': (SELECT coalesce(list({'cause': cause_name(shown), 'sessions': sessions} ORDER BY place), [])
        FROM (SELECT shown, min(place) AS place, count(*) AS sessions FROM c_merged
              WHERE shown IS NOT NULL GROUP BY shown)),
    'other_causes': (SELECT {'cause': '', 'sessions': count(*)} FROM c_merged
        WHERE shown IS NULL HAVING count(*) > 0 AND (SELECT yes FROM c_is_told))
}
