-- table happened
SELECT * FROM asked WHERE kind IN ('fired', 'held_out', 'shadowed', 'shown', 'accepted', 'dismissed', 'rated')

-- table paid
-- In whatever visit they are, until 7 days after the span.
SELECT * FROM history
WHERE quarantine = 0 AND kind = 'purchased' AND at >= {from} AND at < {to} + 604800000

-- table persons
SELECT visit, {person} AS person
FROM (SELECT visit, visitor, place FROM happened UNION ALL SELECT visit, visitor, place FROM paid) GROUP BY visit

-- table arms
SELECT campaign, kind, person, min(at) AS since
FROM happened JOIN persons ON persons.visit = happened.visit
WHERE kind IN ('fired', 'held_out') GROUP BY campaign, kind, person

-- table purses
SELECT person, groupArray((at, currency, value)) AS purchases
FROM paid JOIN persons ON persons.visit = paid.visit GROUP BY person

-- table arm
SELECT campaign, kind, toInt64(count()) AS n, toInt64(countIf(notEmpty(bought))) AS x,
       amounts(arrayMap(it -> (it.2, it.3), arrayFlatten(groupArray(bought)))) AS revenue
FROM (
    SELECT arms.campaign AS campaign, arms.kind AS kind,
           arrayFilter(it -> it.1 >= since AND it.1 < since + 604800000, purchases) AS bought
    FROM arms LEFT JOIN purses ON purses.person = arms.person
)
GROUP BY campaign, kind

-- table wilson
-- The score interval of each rate, z at 97.5 %; Newcombe's method 10 puts two of them together.
WITH 1.959963984540054 AS z
SELECT *, x / n AS p, (p + z * z / (2 * n)) / (1 + z * z / n) AS middle,
       z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n) AS reach,
       middle - reach AS bottom, middle + reach AS top
FROM arm

-- table counts
SELECT campaign,
       countIf(kind = 'fired') AS fired, countIf(kind = 'held_out') AS held_out, countIf(kind = 'shadowed') AS shadowed,
       countIf(kind = 'shown') AS shown, countIf(kind = 'accepted') AS accepted, countIf(kind = 'dismissed') AS dismissed,
       arrayMap(
           it -> CAST((it.1, it.5, lower(hex(it.2)), it.6, CAST([] AS Array(String))),
               'Tuple(at Int64, outcome String, session String, buy_permille Nullable(Int64), reasons Array(String))'),
           arraySlice(arrayReverseSort(it -> (it.1, it.2, it.3, it.4), groupArrayIf(
               (at, visit, run, ordinal, kind, number), kind IN ('fired', 'held_out', 'shadowed'))), 1, 5)) AS evidence
FROM happened WHERE kind <> 'rated' GROUP BY campaign

-- table rated
-- A score comes without a choice, a reason with one.
SELECT campaign, uniqExactIf(person, detail = 0) AS people, countIf(detail = 0) AS answers,
       sumIf(number, detail = 0) AS total, countIf(detail = 0 AND number >= 4) AS satisfied,
       arrayMap(it -> countEqual(given, it), [1, 2, 3, 4, 5]) AS scores,
       arrayMap(it -> countEqual(chosen, it), [1, 2, 3, 4, 5]) AS reasons,
       groupArrayIf(ifNull(number, 0), detail = 0) AS given, groupArrayIf(ifNull(detail, 0), detail > 0) AS chosen
FROM happened JOIN persons ON persons.visit = happened.visit WHERE kind = 'rated' GROUP BY campaign

-- rows rows
SELECT counts.campaign AS id, fired, held_out, shadowed, shown, accepted, dismissed, evidence,
       ifNull(t.n, 0) AS treated_visitors, ifNull(t.x, 0) AS treated_converted, t.revenue AS treated_revenue,
       ifNull(h.n, 0) AS holdout_visitors, ifNull(h.x, 0) AS holdout_converted, h.revenue AS holdout_revenue,
       ifNull(r.answers, 0) > 0 AND ifNull(r.people, 0) >= {fold_below} AS rated_is_told,
       r.people AS rated_people, r.answers AS rated_answers, r.scores AS rated_scores, r.reasons AS rated_reasons,
       intDiv(100 * ifNull(r.total, 0), greatest(ifNull(r.answers, 0), 1)) AS rated_mean_hundredths,
       intDiv(1000 * ifNull(r.satisfied, 0), greatest(ifNull(r.answers, 0), 1)) AS rated_satisfied_permille,
       100 * (t.p - h.p) AS points,
       100 * (t.p - h.p - sqrt(pow(t.p - t.bottom, 2) + pow(h.top - h.p, 2))) AS low,
       100 * (t.p - h.p + sqrt(pow(t.top - t.p, 2) + pow(h.p - h.bottom, 2))) AS high
FROM counts
LEFT JOIN (SELECT * FROM wilson WHERE kind = 'fired') AS t ON t.campaign = counts.campaign
LEFT JOIN (SELECT * FROM wilson WHERE kind = 'held_out') AS h ON h.campaign = counts.campaign
LEFT JOIN rated AS r ON r.campaign = counts.campaign
ORDER BY id
