-- table runs
-- What page loads sent, going by the numbers, and what is here.
SELECT max(number) + 1 AS sent, uniqExact(number) AS stored
FROM (
    SELECT run, at, quarantine, bitShiftRight(ordinal, 12) AS number FROM history
    WHERE ordinal >= 0 AND at >= {from} - 86400000 AND at < {to} + 86400000
)
GROUP BY run HAVING min(at) >= {from} AND min(at) < {to} AND min(quarantine) = 0

-- fields
SELECT count() AS runs, countIf(stored < sent) AS runs_with_loss, sum(sent) AS sent, sum(stored) AS stored,
       sum(sent) - sum(stored) AS lost,
       if(sum(sent) = 0, NULL, intDiv((sum(sent) - sum(stored)) * 1000, greatest(sum(sent), 1))) AS lost_permille
FROM runs

-- fields
SELECT count() AS views, countIf(detail = 1) AS loader_views FROM spanned WHERE kind = 'viewed'
