-- table r
SELECT *, toDateTime(intDiv(at, 1000), '{zone}') AS here FROM asked
WHERE kind IN ('viewed', 'purchased') OR kind = 'cart_hesitation' AND number > 0

-- rows rows
SELECT toDayOfWeek(here) - 1 AS weekday, toHour(here) AS hour,
       uniqExactIf(visit, kind = 'viewed') AS sessions,
       uniqExactIf(visit, kind = 'cart_hesitation') AS hesitated,
       countIf(kind = 'purchased') AS purchases
FROM r GROUP BY weekday, hour ORDER BY weekday, hour
