-- table visits
SELECT visit, {person} AS person, groupArrayIf(place, kind = 'purchased') AS purchases
FROM asked WHERE kind IN ('product_seen', 'added', 'removed', 'purchased') GROUP BY visit

-- table touched
SELECT subject AS key, visit,
       countIf(kind = 'product_seen') > 0 AS viewed,
       countIf(kind = 'added' AND number > 0) > 0 AS carted,
       groupArrayIf((place, if(kind = 'added', 1, -1) * ifNull(number, 0)), kind IN ('added', 'removed')) AS moves,
       maxIf((at, name), kind = 'product_seen' AND name != '') AS called
FROM asked WHERE kind IN ('product_seen', 'added', 'removed') AND subject != ''
GROUP BY key, visit HAVING viewed OR carted

-- table p_facts
SELECT key, t.visit AS visit, person, viewed, carted, called,
       carted AND arrayExists(
           bought -> arraySum(arrayMap(it -> if(it.1 < bought, it.2, 0), moves)) > 0, purchases) AS bought
FROM touched AS t JOIN visits ON visits.visit = t.visit

-- table p_ranked
SELECT *, row_number() OVER (ORDER BY n_viewed DESC, n_carted DESC, key) AS place
FROM (
    SELECT key, uniqExact(person) AS people, countIf(viewed) AS n_viewed, countIf(carted) AS n_carted,
           countIf(bought) AS n_bought, max(called).2 AS name
    FROM p_facts GROUP BY key
)

-- fold p 100

-- rows rows
SELECT key AS id, name, n_viewed AS viewed, n_carted AS carted, n_carted - n_bought AS abandoned, n_bought AS bought, people
FROM p_ranked WHERE key NOT IN (SELECT key FROM p_folded) ORDER BY place

-- one other
SELECT '' AS id, '' AS name, countIf(v.viewed) AS viewed, countIf(v.carted) AS carted,
       countIf(v.carted) - countIf(v.bought) AS abandoned, countIf(v.bought) AS bought, uniqExact(v.person) AS people
FROM (
    SELECT visit, any(person) AS person, max(viewed) AS viewed, max(carted) AS carted, max(bought) AS bought
    FROM p_facts WHERE key IN (SELECT key FROM p_folded) GROUP BY visit
) AS v
HAVING (SELECT yes FROM p_told)
