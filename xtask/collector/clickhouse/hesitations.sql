-- table visits
SELECT visit, {person} AS person,
       countIf(kind = 'cart_stands' AND number > 0) > 0 AS has_cart,
       argMaxIf((currency, value), place, kind = 'cart_stands' AND number > 0) AS cart,
       countIf(kind = 'purchased') > 0 AS has_bought,
       maxIf(place, kind = 'purchased') AS bought_last
FROM asked WHERE kind IN ('cart_hesitation', 'cart_stands', 'purchased') GROUP BY visit

-- table c_facts
SELECT bit AS key, h.visit AS visit, any(v.person) AS person, min(h.place) AS began,
       any(v.has_cart) AS has_cart, any(v.cart) AS cart,
       any(v.has_bought) AND any(v.bought_last) > began AS bought
FROM (
    SELECT visit, place, detail, arrayJoin([1, 2, 4, 8, 16, 32, 64, 128]) AS bit
    FROM asked WHERE kind = 'cart_hesitation'
) AS h
JOIN visits AS v ON v.visit = h.visit
WHERE bitAnd(ifNull(detail, 0), bit) != 0 GROUP BY key, visit

-- table c_ranked
SELECT *, row_number() OVER (ORDER BY sessions DESC, key) AS place
FROM (SELECT key, uniqExact(person) AS people, count() AS sessions FROM c_facts GROUP BY key)

-- fold c 100

-- rows rows
SELECT cause_name(f.key) AS cause, count() AS sessions, uniqExact(f.person) AS people, countIf(f.bought) AS bought,
       amounts(groupArrayIf(f.cart, f.has_cart)) AS carts,
       amounts(groupArrayIf(f.cart, f.has_cart AND NOT f.bought)) AS lost
FROM c_facts AS f JOIN c_ranked ON c_ranked.key = f.key
WHERE f.key NOT IN (SELECT key FROM c_folded) GROUP BY f.key ORDER BY min(c_ranked.place)

-- one other
-- A visit counts once: as bought when it bought after the first of these causes.
SELECT '' AS cause, count() AS sessions, uniqExact(v.person) AS people, countIf(v.bought) AS bought,
       amounts(groupArrayIf(v.cart, v.has_cart)) AS carts,
       amounts(groupArrayIf(v.cart, v.has_cart AND NOT v.bought)) AS lost
FROM (
    SELECT visit, any(person) AS person, any(has_cart) AS has_cart, any(cart) AS cart, max(bought) AS bought
    FROM c_facts WHERE key IN (SELECT key FROM c_folded) GROUP BY visit
) AS v
HAVING (SELECT yes FROM c_told)
