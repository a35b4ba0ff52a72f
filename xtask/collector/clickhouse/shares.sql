-- table p_facts
SELECT {key} AS key, person, n_views, has_cart, paid FROM visits

-- table p_ranked
SELECT *, row_number() OVER (ORDER BY sessions DESC, key) AS place
FROM (SELECT key, uniqExact(person) AS people, count() AS sessions FROM p_facts GROUP BY key)

-- fold p 100

-- rows rows
SELECT f.key AS name, count() AS sessions, uniqExact(f.person) AS people, sum(f.n_views) AS views, countIf(f.has_cart) AS carts,
       countIf(notEmpty(f.paid)) AS bought, sum(length(f.paid)) AS purchases,
       amounts(arrayFlatten(groupArray(f.paid))) AS revenue
FROM p_facts AS f JOIN p_ranked ON p_ranked.key = f.key
WHERE f.key NOT IN (SELECT key FROM p_folded) GROUP BY f.key ORDER BY min(p_ranked.place)

-- one other
SELECT '' AS name, count() AS sessions, uniqExact(person) AS people, sum(n_views) AS views, countIf(has_cart) AS carts,
       countIf(notEmpty(paid)) AS bought, sum(length(paid)) AS purchases, amounts(arrayFlatten(groupArray(paid))) AS revenue
FROM p_facts WHERE key IN (SELECT key FROM p_folded) HAVING (SELECT yes FROM p_told)
