WITH r AS (SELECT * FROM asked WHERE kind IN ('product_seen', 'added', 'removed', 'purchased')),
persons AS (
    SELECT visit, coalesce(first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL), visit) AS person
    FROM r GROUP BY visit
),
placed AS (
    SELECT r.*, person, row_number() OVER (PARTITION BY visit ORDER BY "at", run, ordinal) AS position
    FROM r JOIN persons USING (visit)
),
counts AS (
    SELECT subject AS key, visit, person, kind, number, position, "at", name FROM placed
    WHERE kind IN ('product_seen', 'added', 'removed') AND subject <> ''
),
-- Pieces in the cart before each purchase of the visit.
held AS (
    SELECT DISTINCT key, visit FROM (
        SELECT counts.key, counts.visit, bought.position
        FROM counts JOIN placed AS bought ON bought.visit = counts.visit AND bought.kind = 'purchased'
        WHERE counts.position < bought.position
        GROUP BY counts.key, counts.visit, bought.position
        HAVING coalesce(sum(counts.number) FILTER (counts.kind = 'added'), 0)
             > coalesce(sum(counts.number) FILTER (counts.kind = 'removed'), 0)
    )
),
p_facts AS (
    SELECT key, visit, person, viewed, carted, carted AND held.visit IS NOT NULL AS bought, called
    FROM (
        SELECT key, visit, any_value(person) AS person, bool_or(kind = 'product_seen') AS viewed,
               bool_or(kind = 'added' AND number > 0) AS carted,
               max({'at': "at", 'name': name}) FILTER (kind = 'product_seen' AND name <> '') AS called
        FROM counts GROUP BY key, visit HAVING viewed OR carted
    ) LEFT JOIN held USING (key, visit)
),
p_ranked AS (
    SELECT key, count(DISTINCT person) AS people,
           row_number() OVER (ORDER BY count(*) FILTER (viewed) DESC, count(*) FILTER (carted) DESC, key) AS place
    FROM p_facts GROUP BY key
),
p_folk AS (SELECT DISTINCT key, person FROM p_facts),
{fold},
-- All folded rows together: a visit counts once in a figure, when one of them counts it there.
visits AS (
    SELECT shown, visit, any_value(person) AS person, min(place) AS place, bool_or(viewed) AS viewed,
           bool_or(carted) AS carted, bool_or(bought) AS bought, max(called) AS called
    FROM (
        SELECT p_facts.*, place, CASE WHEN key NOT IN (SELECT key FROM p_folded) THEN key END AS shown
        FROM p_facts JOIN (SELECT key, place FROM p_ranked) USING (key)
    ) GROUP BY shown, visit
),
named AS (
    SELECT shown, min(place) AS place, count(*) FILTER (viewed) AS viewed, count(*) FILTER (carted) AS carted,
           count(*) FILTER (bought) AS bought, count(DISTINCT person) AS people, max(called).name AS name
    FROM visits GROUP BY shown
)
SELECT {
    'rows': (SELECT coalesce(list({
            'id': shown, 'name': coalesce(name, ''), 'viewed': viewed, 'carted': carted,
            'abandoned': carted - bought, 'bought': bought, 'people': people
        } ORDER BY place) FILTER (shown IS NOT NULL), []) FROM named),
    'other': (SELECT any_value({
            'id': '', 'name': '', 'viewed': viewed, 'carted': carted,
            'abandoned': carted - bought, 'bought': bought, 'people': people
        }) FROM named WHERE shown IS NULL AND (SELECT yes FROM p_is_told))
}
