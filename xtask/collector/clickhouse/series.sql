-- table quarters
-- Clocks change, and hours begin, at quarters of an hour of UTC only.
WITH intDiv({from} - 32 * 86400000, 900000) AS earliest
SELECT earliest + toInt64(number) AS slot, toDateTime(slot * 900, '{zone}') AS here, intDiv(timezoneOffset(here), 60) AS east
FROM numbers(toUInt64(intDiv({to} - 1, 900000) + 1 - earliest))

-- table named
SELECT slot, 'hour' AS unit,
       concat(formatDateTime(here, '%Y-%m-%dT%H:00'), if(east < 0, '-', '+'),
           leftPad(toString(intDiv(abs(east), 60)), 2, '0'), ':', leftPad(toString(abs(east) % 60), 2, '0')) AS label
FROM quarters
UNION ALL SELECT slot, 'day', toString(toDate(here)) FROM quarters
UNION ALL SELECT slot, 'week', toString(toMonday(here)) FROM quarters
UNION ALL SELECT slot, 'month', toString(toStartOfMonth(here)) FROM quarters

-- table spans
SELECT unit, label, min(slot) * 900000 AS start FROM named
GROUP BY unit, label HAVING max(slot) >= intDiv({from}, 900000)

-- table chosen
SELECT multiIf('{unit}' != '', '{unit}',
               countIf(n <= 62) > 0, argMinIf(unit, indexOf(['hour', 'day', 'week', 'month'], unit), n <= 62),
               'month') AS which
FROM (SELECT unit, count() AS n FROM spans GROUP BY unit)

-- table r
SELECT * FROM asked WHERE kind IN ('viewed', 'purchased')

-- table visitors
SELECT visit, {visitor} AS who FROM r GROUP BY visit

-- table counted
SELECT label,
       uniqExactIf(r.visit, kind = 'viewed') AS sessions,
       uniqExactIf(who, kind = 'viewed' AND who != '') AS visitors,
       countIf(kind = 'viewed') AS views,
       countIf(kind = 'purchased') AS purchases,
       amounts(groupArrayIf((currency, value), kind = 'purchased')) AS revenue
FROM (SELECT *, intDiv(at, 900000) AS slot FROM r) AS r
JOIN (SELECT slot, label FROM named WHERE unit = (SELECT which FROM chosen)) AS named ON named.slot = r.slot
JOIN visitors ON visitors.visit = r.visit
GROUP BY label

-- fields
SELECT which AS unit FROM chosen

-- rows slices
SELECT start AS `from`, spans.label AS label, ifNull(sessions, 0) AS sessions, ifNull(visitors, 0) AS visitors,
       ifNull(views, 0) AS views, ifNull(purchases, 0) AS purchases, revenue
FROM (SELECT * FROM spans WHERE unit = (SELECT which FROM chosen)) AS spans
LEFT JOIN counted ON counted.label = spans.label
ORDER BY start
