WITH happened AS (
    SELECT * FROM asked WHERE kind IN ('fired', 'held_out', 'shadowed', 'shown', 'accepted', 'dismissed', 'rated')
),
-- Purchases count in whatever visit they are, until 7 days after the span.
paid AS (
    SELECT epoch_ms("at") AS "at", visit, visitor, run, ordinal, value, currency
    FROM history
    WHERE quarantine = 0 AND kind = 'purchased'
      AND "at" >= epoch_ms(getvariable('span_from')::BIGINT)::TIMESTAMPTZ
      AND "at" < epoch_ms((getvariable('span_to') + 7 * 86400000::BIGINT)::BIGINT)::TIMESTAMPTZ
),
persons AS (
    SELECT visit, coalesce(first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL), visit) AS person
    FROM (
        SELECT visit, visitor, "at", run, ordinal FROM happened
        UNION ALL SELECT visit, visitor, "at", run, ordinal FROM paid
    ) GROUP BY visit
),
arms AS (
    SELECT campaign, kind, person, min("at") AS "at"
    FROM happened JOIN persons USING (visit)
    WHERE kind IN ('fired', 'held_out') GROUP BY campaign, kind, person
),
bought AS (SELECT person, "at", value, currency FROM paid JOIN persons USING (visit)),
outcomes AS (
    SELECT arms.campaign, arms.kind, arms.person, count(bought."at") AS purchases,
           coalesce(list({'currency': currency, 'minor': value}) FILTER (bought."at" IS NOT NULL), []) AS paid
    FROM arms LEFT JOIN bought
        ON bought.person = arms.person AND bought."at" >= arms."at" AND bought."at" < arms."at" + 7 * 86400000::BIGINT
    GROUP BY arms.campaign, arms.kind, arms.person
),
arm AS (
    SELECT campaign, kind, count(*) AS n, count(*) FILTER (purchases > 0) AS x,
           amounts(flatten(list(paid))) AS revenue
    FROM outcomes GROUP BY campaign, kind
),
-- Wilson's score interval of each rate, z at 97.5 %; Newcombe's method 10 puts two of them together.
rates AS (
    SELECT *, x / n AS p, 1.959963984540054 AS z FROM arm
),
wilson AS (
    SELECT *,
        (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS low,
        (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS high
    FROM rates
),
latest AS (
    SELECT campaign, "at", kind, visit, number,
           row_number() OVER (PARTITION BY campaign ORDER BY "at" DESC, visit DESC, run DESC, ordinal DESC) AS nth
    FROM happened WHERE kind IN ('fired', 'held_out', 'shadowed')
),
evidence AS (
    SELECT campaign, list({
        'at': "at", 'outcome': kind, 'session': lower(hex(visit)), 'buy_permille': number, 'reasons': []::TEXT[]
    } ORDER BY nth) AS evidence
    FROM latest WHERE nth <= 5 GROUP BY campaign
),
counts AS (
    SELECT campaign,
           count(*) FILTER (kind = 'fired') AS fired, count(*) FILTER (kind = 'held_out') AS held_out,
           count(*) FILTER (kind = 'shadowed') AS shadowed, count(*) FILTER (kind = 'shown') AS shown,
           count(*) FILTER (kind = 'accepted') AS accepted, count(*) FILTER (kind = 'dismissed') AS dismissed
    FROM happened WHERE kind <> 'rated' GROUP BY campaign
),
-- A score comes without a choice, a reason with one.
rated AS (
    SELECT campaign, count(DISTINCT person) FILTER (detail = 0) AS people, count(*) FILTER (detail = 0) AS answers,
           coalesce(sum(number) FILTER (detail = 0), 0)::BIGINT AS total,
           count(*) FILTER (detail = 0 AND number >= 4) AS satisfied,
           [count(*) FILTER (detail = 0 AND number = 1), count(*) FILTER (detail = 0 AND number = 2),
            count(*) FILTER (detail = 0 AND number = 3), count(*) FILTER (detail = 0 AND number = 4),
            count(*) FILTER (detail = 0 AND number = 5)] AS scores,
           [count(*) FILTER (detail = 1), count(*) FILTER (detail = 2), count(*) FILTER (detail = 3),
            count(*) FILTER (detail = 4), count(*) FILTER (detail = 5)] AS reasons
    FROM happened JOIN persons USING (visit) WHERE kind = 'rated' GROUP BY campaign
)
SELECT {
    -- Names and reasons stand in packs, which lie in no Parquet file; the month publishes none.
    'rows': coalesce(list({
        'id': counts.campaign, 'name': '', 'fired': fired, 'held_out': held_out, 'shadowed': shadowed,
        'shown': shown, 'accepted': accepted, 'dismissed': dismissed,
        'treated': {'visitors': coalesce(t.n, 0), 'converted': coalesce(t.x, 0), 'revenue': coalesce(t.revenue, [])},
        'holdout': {'visitors': coalesce(h.n, 0), 'converted': coalesce(h.x, 0), 'revenue': coalesce(h.revenue, [])},
        'uplift': CASE WHEN t.n > 0 AND h.n > 0 THEN {
            'points': 100 * (t.p - h.p),
            'low': 100 * ((t.p - h.p) - sqrt((t.p - t.low) ** 2 + (h.high - h.p) ** 2)),
            'high': 100 * ((t.p - h.p) + sqrt((t.high - t.p) ** 2 + (h.p - h.low) ** 2))
        } END,
        'ratings': CASE WHEN answers > 0 AND people >= getvariable('fold_below') THEN {
            'people': people, 'answers': answers, 'scores': scores, 'reasons': reasons,
            'mean_hundredths': total * 100 // answers, 'satisfied_permille': satisfied * 1000 // answers
        } END,
        'evidence': coalesce(evidence.evidence, [])
    } ORDER BY counts.campaign), [])
}
FROM counts
LEFT JOIN wilson AS t ON t.campaign = counts.campaign AND t.kind = 'fired'
LEFT JOIN wilson AS h ON h.campaign = counts.campaign AND h.kind = 'held_out'
LEFT JOIN evidence ON evidence.campaign = counts.campaign
LEFT JOIN rated ON rated.campaign = counts.campaign
