-- table visits
SELECT visits.*, told.device AS device, told.visitor_kind AS visitor_kind, told.language AS language,
       told.came_from AS came_from
FROM (
    SELECT visit, {person} AS person, countIf(kind = 'viewed') AS n_views,
           countIf(kind IN ('added', 'cart_stands') AND number > 0) > 0 AS has_cart,
           groupArrayIf((currency, value), kind = 'purchased') AS paid
    FROM asked WHERE kind IN ('began', 'remembered', 'viewed', 'added', 'cart_stands', 'purchased') GROUP BY visit
) AS visits
JOIN told ON told.visit = visits.visit
WHERE n_views > 0
